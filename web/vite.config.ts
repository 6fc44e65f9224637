import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { fixtureServer } from './dev/fixture-server.ts'

/**
 * `vite` talks to a running Clientele on port 4000; `vite --mode fixtures` answers the API itself
 * with invented data. The fixtures are a development plug-in: nothing in src/ imports them, so the
 * production bundle cannot contain them.
 */
const server = { '/api': 'http://localhost:4000', '/v1': 'http://localhost:4000' }

export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === 'fixtures' ? [fixtureServer()] : [])],
  build: {
    outDir: 'dist',
    // The content security policy forbids data: fonts and scripts, so small assets stay files.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    // The default polyfill is an inline script, which the policy forbids too.
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    ...(mode === 'fixtures' ? {} : { proxy: server }),
  },
}))
