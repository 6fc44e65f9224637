/** The one door to the server: JSON in and out, CSRF on writes, problems as errors. */

/**
 * A place that a problem is about. Within a text also from where to where, in UTF-16 units, with
 * the message in both languages.
 */
export type ProblemPlace = {
  path: string
  message: string
  messages?: { fr: string; en: string }
  start?: number
  end?: number
}

/** An RFC 9457 answer, or a network failure (status 0). `requestId` is what a person can quote. */
export class ApiError extends Error {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly requestId: string | null
  readonly errors: ProblemPlace[]

  constructor(init: {
    status: number
    title: string
    detail: string
    requestId?: string | null
    errors?: ProblemPlace[]
    cause?: unknown
  }) {
    super(init.detail || init.title, { cause: init.cause })
    this.status = init.status
    this.title = init.title
    this.detail = init.detail
    this.requestId = init.requestId ?? null
    this.errors = init.errors ?? []
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>
export type RequestOptions = {
  query?: Query
  body?: unknown
  /** Sent as it is, instead of a body. */
  file?: File
  signal?: AbortSignal
}

const base = '/api/v1'

/** The CSRF token of the session, set by the session query when the server gives it. */
const csrf: { token: string | null } = { token: null }

export function rememberCsrf(token: string | null): void {
  csrf.token = token
}

/** The address of an API path with its query; empty values are left out. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return `${base}${path}${text ? `?${text}` : ''}`
}

async function request(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.file) headers['content-type'] = 'text/csv'
  if (method !== 'GET' && csrf.token) headers['X-Clientele-CSRF'] = csrf.token
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (options.signal) init.signal = options.signal
  if (options.body !== undefined) init.body = JSON.stringify(options.body)
  if (options.file) init.body = options.file
  const response = await fetch(apiUrl(path, options.query), init).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ status: 0, title: 'network', detail: '', cause })
  })
  if (!response.ok) throw problem(response, await response.text())
  return response
}

async function send<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const text = await (await request(method, path, options)).text()
  return (text ? JSON.parse(text) : undefined) as T
}

function problem(response: Response, text: string): ApiError {
  const requestId = response.headers.get('x-request-id')
  const fallback = { status: response.status, title: response.statusText, detail: '', requestId }
  try {
    const body = JSON.parse(text) as {
      title?: string
      detail?: string
      instance?: string
      requestId?: string
      errors?: ProblemPlace[]
    }
    return new ApiError({
      status: response.status,
      title: body.title ?? response.statusText,
      detail: body.detail ?? '',
      requestId: requestId ?? body.requestId ?? body.instance ?? null,
      errors: body.errors ?? [],
    })
  } catch {
    return new ApiError(fallback)
  }
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => send<T>('GET', path, options),
  /** An answer that is read as it comes, like a file. */
  stream: (path: string, options?: RequestOptions) => request('GET', path, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    send<T>('POST', path, { ...options, body: body ?? {} }),
  /** Sends a CSV file as it is. */
  upload: <T>(path: string, file: File, options?: RequestOptions) =>
    send<T>('POST', path, { ...options, file }),
  put: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    send<T>('PUT', path, { ...options, body: body ?? {} }),
  patch: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    send<T>('PATCH', path, { ...options, body: body ?? {} }),
  delete: <T>(path: string, options?: RequestOptions) => send<T>('DELETE', path, options),
}

/** A page of a list. */
export type Page<T> = { data: T[]; next: string | null; total?: number }
