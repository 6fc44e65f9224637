import { badRequest } from '../platform/errors.ts'

/** Rows of a page: asks for one more than shown, so that `next` is null exactly at the end. */
export function pageOf<Row extends { id: string | number }>(
  rows: readonly Row[],
  limit: number,
): { rows: Row[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { rows: shown, next: more ? writeCursor(last.id) : null }
}

export function writeCursor(id: string | number): string {
  return Buffer.from(String(id)).toString('base64url')
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const INTEGER = /^\d{1,15}$/

/** The id after which a page starts; throws a 400 for a cursor that this list did not give. */
export function readUuidCursor(cursor: string | undefined): string | null {
  return readCursor(cursor, UUID)
}

/** The number after which a page starts; throws a 400 for a cursor that this list did not give. */
export function readNumberCursor(cursor: string | undefined): number | null {
  const text = readCursor(cursor, INTEGER)
  return text === null ? null : Number(text)
}

function readCursor(cursor: string | undefined, shape: RegExp): string | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!shape.test(text)) {
    throw badRequest(
      'invalid_cursor',
      'The cursor is not one of this list. Start again without a cursor.',
    )
  }
  return text
}
