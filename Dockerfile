# The whole program in one image. Two engines are inside (npm packages), so Debian, not Alpine.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY server/package.json server/
COPY web/package.json web/
COPY sdk/package.json sdk/
RUN npm ci
COPY . .
RUN npm run build -w sdk && npm run build -w web && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
RUN useradd --system --create-home clientele && mkdir /data && chown clientele /data
WORKDIR /app
COPY --from=build /app /app
USER clientele
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "server/src/main.ts"]
