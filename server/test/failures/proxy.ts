/** A way to an engine over TCP that can be cut, closed, or made to lose an answer. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { listenerAt } from '../engineAddress.ts'

export type Detour = {
  port: number
  /** Ends every connection, and refuses new ones until `open`. */
  shut(): void
  open(): void
  /**
   * Waits for the COMMIT of a transaction with a statement that holds `text`, lets it through,
   * swallows what is answered, and cuts that connection. Resolves when the other side has
   * answered, so the transaction is committed and nobody on this side knows.
   */
  loseCommitOf(text: string): Promise<void>
  /** The same for one request whose bytes match. */
  loseAnswerTo(request: RegExp): Promise<void>
  close(): Promise<void>
}

type Loss = { begins(said: string): boolean; ends: string; done(): void }

/** `address`: of the engine it leads to. */
export async function openProxy(address: string): Promise<Detour> {
  const target = listenerAt(address)
  const sockets = new Set<Socket>()
  let isShut = false
  let loss: Loss | null = null
  const server = createServer((near) => {
    if (isShut) {
      near.resetAndDestroy()
      return
    }
    const far = connect(target)
    let isWanted = false
    let losing: Loss | null = null
    // Who is cut on this side takes the other with it.
    sockets.add(near)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(near)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (bytes) => {
      if (loss) {
        const said = bytes.toString('latin1')
        if (said.includes('BEGIN')) isWanted = false
        if (loss.begins(said)) isWanted = true
        if (isWanted && said.includes(loss.ends)) {
          losing = loss
          loss = null
        }
      }
      far.write(bytes)
    })
    far.on('data', (bytes) => {
      if (!losing) near.write(bytes)
      else {
        losing.done()
        near.resetAndDestroy()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    shut: () => {
      isShut = true
      for (const socket of sockets) socket.resetAndDestroy()
    },
    open: () => {
      isShut = false
    },
    loseCommitOf: (text) =>
      new Promise<void>((done) => {
        loss = { begins: (said) => said.includes(text), ends: 'COMMIT', done }
      }),
    loseAnswerTo: (request) =>
      new Promise<void>((done) => {
        loss = { begins: (said) => request.test(said), ends: '', done }
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The same address by way of the proxy. */
export function through(address: string, proxy: Detour): string {
  const url = new URL(address)
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  return url.href
}
