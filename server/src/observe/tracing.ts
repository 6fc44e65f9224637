/**
 * Traces by OpenTelemetry, only where an operator names a collector. Nothing of an event is in
 * them: spans say which step took how long, and how many events it had.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Entry } from '../platform/log/log.ts'

export type TracingOptions = {
  /** Base address of the collector; spans go to `/v1/traces` below it. */
  endpoint: string
  /** Share of the requests without a parent of their own that are traced, 0 to 1. */
  ratio: number
  /** Id of this process, the same after a restart. */
  instance: string
  roles: readonly string[]
}

/** A step that is over: `startedAt` of `performance.now`, milliseconds. */
export type Step = { name: string; startedAt: number; ms: number; attributes?: Attributes }

export type RequestSpan = {
  /** Runs `work` so that appends below it belong to this request. */
  run(work: () => void): void
  end(status: number): void
}

export type AppendSpan = {
  /** The entry with the trace in its header's facts. */
  mark(entry: Entry): Entry
  end(isDurable: boolean): void
}

export type Tracing = {
  /** `parent`: a `traceparent` header as it came. Null when the trace is not sampled. */
  beginRequest(parent: string | string[] | undefined): RequestSpan | null
  /** Null outside a traced request. */
  beginAppend(lane: string): AppendSpan | null
  /** A finished step with its parts; `traces` are those of the requests that it worked on. */
  finished(step: Step, more?: { parts?: readonly Step[]; traces?: Iterable<string> }): void
  /** A finished step that belongs to the trace of a request. */
  finishedIn(traceparent: string, step: Step): void
  /** Sends what waits. */
  close(): Promise<void>
}

/** Requests that a batch is linked to, at most: a trace is for reading. */
const LINKS_MAX = 32
const EXPORT_TIMEOUT_MS = 5_000
const CLOSE_TIMEOUT_MS = 3_000
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Reads a W3C `traceparent`; null for what is none. */
export function parseTraceparent(text: string | string[] | undefined): SpanContext | null {
  const [, traceId, spanId, flags] = typeof text === 'string' ? (TRACEPARENT.exec(text) ?? []) : []
  if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  const isSampled = (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) === TraceFlags.SAMPLED
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE
  return { traceId, spanId, traceFlags, isRemote: true }
}

const textOf = ({ traceId, spanId }: SpanContext): string => `00-${traceId}-${spanId}-01`

/** Opens the way to the collector. A collector that is away costs the spans and nothing else. */
export function openTracing(options: TracingOptions): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'clientele',
      'service.instance.id': options.instance,
      'clientele.roles': [...options.roles],
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  })
  const tracer = provider.getTracer('clientele')
  const requests = new AsyncLocalStorage<Span>()
  return {
    beginRequest: (parent) => {
      const context = contextOf(parseTraceparent(parent))
      const span = tracer.startSpan('intake request', { kind: SpanKind.SERVER }, context)
      return span.isRecording() ? requestSpan(span, requests) : null
    },
    beginAppend: (lane) => {
      const request = requests.getStore()
      if (!request) return null
      const parent = trace.setSpan(ROOT_CONTEXT, request)
      return appendSpan(tracer.startSpan('log append', laneOf(lane), parent), request)
    },
    finished: (step, { parts = [], traces = [] } = {}) => {
      const span = begin(tracer, step, { links: linksOf(traces) })
      const context = trace.setSpan(ROOT_CONTEXT, span)
      for (const part of parts) begin(tracer, part, { context }).end(instantOf(part, part.ms))
      span.end(instantOf(step, step.ms))
    },
    finishedIn: (traceparent, step) => {
      const context = contextOf(parseTraceparent(traceparent))
      begin(tracer, step, { context, kind: SpanKind.CLIENT }).end(instantOf(step, step.ms))
    },
    close: () => closeWithin(provider, CLOSE_TIMEOUT_MS),
  }
}

const laneOf = (lane: string) => ({ attributes: { 'clientele.lane': lane } })

const contextOf = (parent: SpanContext | null): Context =>
  parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT

/** Wall time of a moment of `performance.now`, which the rooms measure with. */
const instantOf = ({ startedAt }: Step, after = 0): number =>
  performance.timeOrigin + startedAt + after

function begin(
  tracer: Tracer,
  step: Step,
  more: { context?: Context; links?: Link[]; kind?: SpanKind },
): Span {
  const { context = ROOT_CONTEXT, ...rest } = more
  const { name, attributes = {} } = step
  return tracer.startSpan(name, { ...rest, attributes, startTime: instantOf(step) }, context)
}

function linksOf(traces: Iterable<string>): Link[] {
  const links: Link[] = []
  for (const text of traces) {
    const context = parseTraceparent(text)
    if (context) links.push({ context })
    if (links.length >= LINKS_MAX) break
  }
  return links
}

function requestSpan(span: Span, requests: AsyncLocalStorage<Span>): RequestSpan {
  return {
    run: (work) => requests.run(span, work),
    end: (status) => {
      span.setAttribute('http.response.status_code', status)
      if (status === 0 || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

function appendSpan(span: Span, request: Span): AppendSpan {
  return {
    mark: ({ header, body }) => {
      span.setAttribute('clientele.events', header.count)
      span.setAttribute('clientele.bytes', body.byteLength)
      const facts = { ...header.facts, traceparent: textOf(request.spanContext()) }
      return { header: { ...header, facts }, body }
    },
    end: (isDurable) => {
      if (!isDurable) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

/** A collector that does not answer must not hold up the end of the program. */
async function closeWithin(provider: TracerProvider, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  // What could not be sent is lost; spans are for looking on, not a record.
  await Promise.race([provider.shutdown().catch(() => {}), late])
  clearTimeout(timer)
}
