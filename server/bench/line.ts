import { connect, type Socket } from 'node:net'

export type Answer = { status: number; retryAfterSeconds: number | null }

const HEAD_END = '\r\n\r\n'

/** One kept-alive connection that carries one request at a time; as little work as can be. */
export class Line {
  readonly #socket: Socket
  #received = ''
  #onAnswer: ((answer: Answer) => void) | null = null

  private constructor(socket: Socket, onEnd: (reason: string) => void) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => this.#take(part))
    socket.on('error', (error) => onEnd(error.message))
    socket.on('close', () => onEnd('The server closed the connection.'))
  }

  static open(url: URL, onEnd: (reason: string) => void): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Line(socket, onEnd))
      })
    })
  }

  send(request: string, onAnswer: (answer: Answer) => void): void {
    this.#onAnswer = onAnswer
    this.#socket.write(request, 'latin1')
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #take(part: string): void {
    this.#received = this.#received === '' ? part : this.#received + part
    const headEnd = this.#received.indexOf(HEAD_END)
    if (headEnd === -1) return
    const head = this.#received.slice(0, headEnd)
    if (this.#received.length < headEnd + HEAD_END.length + bodyLength(head)) return
    const answered = this.#onAnswer
    this.#received = ''
    this.#onAnswer = null
    const retryAfter = /\r\nretry-after: *(\d+)/i.exec(head)
    answered?.({
      // "HTTP/1.1 200 OK"
      status: Number(head.slice(9, 12)),
      retryAfterSeconds: retryAfter ? Number(retryAfter[1]) : null,
    })
  }
}

function bodyLength(head: string): number {
  const found = /\r\ncontent-length: *(\d+)/i.exec(head)
  if (!found) throw new Error(`The generator needs answers with a length, and got: ${head}`)
  return Number(found[1])
}
