/** What one request and one event may hold. SDKs keep their batches below the same figures. */
export const limits = {
  /** Bytes of a request's body, after decompression. */
  bodyBytes: 500 * 1024,
  /** Bytes of one event as sent. */
  eventBytes: 32 * 1024,
  eventsPerBatch: 2_500,
  messageIdChars: 100,
  /** Characters of `userId`, `anonymousId`, `previousId`, `groupId`. */
  identifierChars: 500,
  eventNameChars: 255,
  /** Characters of any other string: longer ones are cut and flagged. */
  stringChars: 8_192,
  /** Levels of objects and lists within properties, traits or context. */
  depth: 32,
  /** Objects that one event may name, and attributes that it may tell of each. */
  objects: 100,
  objectAttributes: 50,
  objectTypeChars: 64,
  objectIdChars: 256,
  /** Characters of an attribute's value as JSON. */
  objectValueChars: 4_096,
  /** Bytes of a rejected event that are kept to show what was wrong. */
  sampleBytes: 4_096,
  /** An event time may lie this far after its acceptance, in milliseconds. */
  futureMs: 5 * 60_000,
} as const
