import { uuidFromBytes } from '../platform/ids.ts'

const START_BYTES = 1024

/** Writes compact binary: integers of any sign as zigzag varints, up to 2^53. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(START_BYTES)
  #length = 0

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  integer(value: number): void {
    this.#reserve(10)
    // Zigzag by arithmetic: bit operations would cut at 32 bits.
    let rest = value < 0 ? -value * 2 - 1 : value * 2
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#buffer[this.#length++] = rest
  }

  /** 48 bits. */
  hash(value: number): void {
    this.#reserve(6)
    this.#buffer.writeUIntLE(value, this.#length, 6)
    this.#length += 6
  }

  uuid(value: string): void {
    this.#reserve(16)
    this.#buffer.write(value.replaceAll('-', ''), this.#length, 16, 'hex')
    this.#length += 16
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value)
    this.integer(bytes)
    this.#reserve(bytes)
    this.#buffer.write(value, this.#length)
    this.#length += bytes
  }

  bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length))
  }
}

/** Reads what `ByteWriter` wrote. */
export class ByteReader {
  readonly #buffer: Buffer
  #offset = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#offset++)
  }

  integer(): number {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.#buffer.readUInt8(this.#offset++)
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
      factor *= 0x80
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  hash(): number {
    const value = this.#buffer.readUIntLE(this.#offset, 6)
    this.#offset += 6
    return value
  }

  uuid(): string {
    const value = uuidFromBytes(this.#buffer.subarray(this.#offset, this.#offset + 16))
    this.#offset += 16
    return value
  }

  text(): string {
    const bytes = this.integer()
    const value = this.#buffer.toString('utf8', this.#offset, this.#offset + bytes)
    this.#offset += bytes
    return value
  }
}
