import { uuidFromBytes } from '../platform/ids.ts'

const START_BYTES = 1024
const INT32_MAX = 0x7fff_ffff
const NO_DIGIT = 0xff
/** Character code → value of a hexadecimal digit: quicker than making a text without hyphens. */
const HEX_VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16)
  return Number.isNaN(value) ? NO_DIGIT : value
})

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
    let rest = value < 0 ? -value * 2 - 1 : value * 2
    // Zigzag by arithmetic: bit operations cut at 32 bits. They are quicker below.
    while (rest > INT32_MAX) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[this.#length++] = rest
  }

  /** 48 bits. */
  hash(value: number): void {
    this.#reserve(6)
    let rest = value % 0x1_0000_0000
    for (let byte = 0; byte < 4; byte += 1) {
      this.#buffer[this.#length++] = rest & 0xff
      rest >>>= 8
    }
    const high = (value - (value % 0x1_0000_0000)) / 0x1_0000_0000
    this.#buffer[this.#length++] = high & 0xff
    this.#buffer[this.#length++] = high >>> 8
  }

  uuid(value: string): void {
    this.#reserve(16)
    let high = -1
    for (let at = 0; at < value.length; at += 1) {
      const digit = HEX_VALUES[value.charCodeAt(at)] ?? NO_DIGIT
      if (digit === NO_DIGIT) continue
      if (high < 0) high = digit
      else {
        this.#buffer[this.#length++] = (high << 4) | digit
        high = -1
      }
    }
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
    const byte = this.#buffer[this.#offset++]
    if (byte === undefined) throw new RangeError('A stored document ends too early.')
    return byte
  }

  integer(): number {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
      factor *= 0x80
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  hash(): number {
    const low = this.byte() + this.byte() * 0x100 + this.byte() * 0x1_0000
    const high = this.byte() + this.byte() * 0x100 + this.byte() * 0x1_0000
    return low + high * 0x100_0000
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
