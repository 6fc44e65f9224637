import { useEffect, useRef, useState } from 'react'

export type LiveState = 'connecting' | 'open' | 'lost'

/**
 * Listens to a server push (SSE). `handlers` maps an event name to what to do with its parsed
 * data; the browser reconnects by itself. A null address closes the stream.
 */
export function useLive(
  url: string | null,
  handlers: Record<string, (data: unknown) => void>,
): LiveState {
  const [state, setState] = useState<LiveState>('connecting')
  const latest = useRef(handlers)
  latest.current = handlers
  const names = Object.keys(handlers).join(' ')
  useEffect(() => {
    if (!url) return
    const stream = new EventSource(url)
    stream.onopen = () => setState('open')
    stream.onerror = () => setState('lost')
    for (const name of names.split(' ')) {
      stream.addEventListener(name, (event) => {
        setState('open')
        latest.current[name]?.(JSON.parse((event as MessageEvent<string>).data))
      })
    }
    return () => stream.close()
  }, [url, names])
  return state
}
