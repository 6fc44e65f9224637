/** A way to an engine that can be shut: for whoever goes through it, the engine is then away. */
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { listenerAt } from './engineAddress.ts'

export type Gate = {
  /** The same address, by this gate. The first one asked for is where it leads. */
  through(url: string): string
  /** `refuses`: nobody listens. `hangs`: whoever comes or is there gets no byte any more. */
  shut(how: 'refuses' | 'hangs'): Promise<void>
  open(): Promise<void>
  close(): Promise<void>
}

/** Opens a gate on a free port of this machine. */
export async function openGate(): Promise<Gate> {
  const sockets = new Set<Socket>()
  let target: NetConnectOpts = { port: 0 }
  let isHanging = false
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    track(near)
    if (isHanging) return
    const far = connect(target)
    track(far)
    near.pipe(far)
    far.pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const port = await listen(server, 0)
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const shut: Gate['shut'] = async (how) => {
    if (how === 'hangs') {
      isHanging = true
      for (const socket of sockets) socket.unpipe()
      return
    }
    await end(server, cut)
  }
  return {
    through: (url) => {
      const there = new URL(url)
      target = listenerAt(url)
      there.hostname = '127.0.0.1'
      there.port = String(port)
      return there.toString().replace(/\/$/, '')
    },
    shut,
    open: async () => {
      if (isHanging) cut()
      isHanging = false
      if (!server.listening) await listen(server, port)
    },
    close: async () => {
      if (server.listening) await end(server, cut)
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function end(server: Server, cut: () => void): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  cut()
  await closed
}
