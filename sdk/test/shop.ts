// A small site with the tag on it, and an intake on another origin that writes down what arrives.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildTag } from '../build.ts'
import type { SentMessage } from './fake-env.ts'

export type Shop = {
  /** Origin of the site. */
  url: string
  /** Origin of the intake. */
  intake: string
  /** Messages in the order of arrival, repetitions included. */
  messages: SentMessage[]
  requests: { path: string; contentType: string | undefined }[]
  /** 'reset' breaks the connection, as a blocked network does. */
  answerWith(answer: number | 'reset'): void
  close(): Promise<void>
}

const METHODS = ['load', 'identify', 'track', 'page', 'group', 'alias', 'reset', 'consent', 'ready']

/** The snippet of the README: a queue that is there before tag.js is. */
export const SNIPPET = `!function(c){c=window.clientele=window.clientele||[];
if(c.loaded)return;${JSON.stringify(METHODS)}.forEach(function(m){c[m]=function(){
c.push([m].concat([].slice.call(arguments)))}})}();`

function pageHtml(setup: string): string {
  return `<!doctype html><title>Shop</title>
<script>${SNIPPET}${setup}</script><script async src="/tag.js"></script>
<form id="signup" action="/signup?token=abc" onsubmit="event.preventDefault()">
<input name="email" value="anna@shop.example"><input name="pw" type="password" id="p1">
<input name="repeat"><input name="note"><input name="holder" autocomplete="cc-name">
<input name="csrf" type="hidden" value="hidden-value">
<input name="internal" data-clientele-ignore value="ignored-value">
<input name="id" value="clobber"><input type="checkbox" name="news" value="yes" checked>
<button id="send">Create <b>account</b></button></form>
<a id="link" href="/next?secret=1">Next page</a>
<section id="offers" style="height:300px">Offers</section>
<div style="height:3000px"></div><section id="below" style="height:300px">Below</section>`
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
}

/** `/?setup=…` runs that script on the page before tag.js; every other path is a plain page. */
export async function openShop(): Promise<Shop> {
  const files = new Map((await buildTag()).map((file) => [`/${file.name}`, file.text]))
  const messages: SentMessage[] = []
  const requests: Shop['requests'] = []
  let answer: number | 'reset' = 200

  const site = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const script = files.get(url.pathname)
    response.setHeader('Content-Type', script === undefined ? 'text/html' : 'text/javascript')
    const setup = url.searchParams.get('setup')
    response.end(script ?? (setup === null ? '<title>Elsewhere</title>' : pageHtml(setup)))
  })
  const intake = createServer(async (request, response) => {
    const contentType = request.headers['content-type']
    requests.push({ path: `${request.method} ${request.url}`, contentType })
    if (answer === 'reset') {
      request.socket.destroy()
      return
    }
    const body = await bodyOf(request)
    if (answer === 200) messages.push(...(JSON.parse(body) as { batch: SentMessage[] }).batch)
    response.writeHead(answer, { 'Access-Control-Allow-Origin': '*' }).end('{"success":true}')
  })
  return {
    url: await listen(site),
    intake: await listen(intake),
    messages,
    requests,
    answerWith: (next) => {
      answer = next
    },
    close: async () => {
      await stop(site)
      await stop(intake)
    },
  }
}
