import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type pg from 'pg'

/** What the driver's connection offers for COPY; its types leave that out. */
type Connection = {
  stream: Socket
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
}

/** A statement the driver hands its messages to. */
type Statement = {
  submit(connection: Connection): void
  handleCopyInResponse(connection: Connection): void
  handleCopyData(message: { chunk: Buffer }, connection: Connection): void
}

/** Runs `COPY … TO STDOUT` and writes what comes, no faster than it is taken. */
export async function copyOut(client: pg.ClientBase, text: string, into: Writable): Promise<void> {
  const held: Socket[] = []
  const goOn = () => {
    for (const stream of held.splice(0)) stream.resume()
  }
  try {
    await run(client, text, {
      handleCopyInResponse: (connection) => connection.sendCopyFail('Nothing is to be copied in.'),
      handleCopyData: ({ chunk }, { stream }) => {
        // The driver uses its buffer again.
        if (into.write(Buffer.from(chunk)) || held.length > 0) return
        stream.pause()
        held.push(stream)
        into.once('drain', goOn)
      },
    })
  } finally {
    // What is ended while it is still full says nothing when it has room again.
    into.off('drain', goOn)
    goOn()
  }
}

/** Runs `COPY … FROM STDIN` with everything that `from` gives. */
export function copyIn(client: pg.ClientBase, text: string, from: Readable): Promise<void> {
  const feed = async (connection: Connection) => {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        connection.sendCopyFromChunk(chunk)
        if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain')
      }
      connection.endCopyFrom()
    } catch (error) {
      connection.sendCopyFail((error as Error).message)
    }
  }
  return run(client, text, {
    handleCopyInResponse: (connection) => void feed(connection),
    handleCopyData: () => {},
  })
}

function run(
  client: pg.ClientBase,
  text: string,
  handlers: Pick<Statement, 'handleCopyInResponse' | 'handleCopyData'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let fault: Error | null = null
    const statement = {
      ...handlers,
      submit: (connection: Connection) => connection.query(text),
      handleRowDescription: () => {},
      handleDataRow: () => {},
      handleCommandComplete: () => {},
      handleEmptyQuery: () => {},
      // After an error the server still says when it is ready for the next statement.
      handleError: (error: Error, connection?: Connection) => {
        fault = error
        if (!connection?.stream.writable) reject(error)
      },
      handleReadyForQuery: () => (fault ? reject(fault) : resolve()),
    }
    client.query(statement as unknown as pg.Submittable)
  })
}
