import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { apiUrl, type Query } from '../../api/client.ts'
import { type LiveState, useLive } from '../../api/live.ts'
import type { LiveMessage, Rate } from './api.ts'
import { readRecent } from './recent.ts'
import { addToRing, emptyRing, resumeRing, type Shown } from './ring.ts'

/** Arrivals are drawn together this often, so that 400 events a second stay readable. */
const drawEveryMs = 250

export type Stream = {
  messages: Shown[]
  waiting: number
  rate: Rate | null
  state: LiveState
  loading: boolean
  error: unknown
  retry: () => void
  paused: boolean
  toggle: () => void
}

/** The live events of a filter: the recent ones first, then each as it comes. */
export function useEventStream(filter: Query): Stream {
  const [ring, setRing] = useState(emptyRing)
  const [rate, setRate] = useState<Rate | null>(null)
  const [paused, setPaused] = useState(false)
  const pausedNow = useRef(paused)
  pausedNow.current = paused
  const arrived = useRef<LiveMessage[]>([])
  const filterKey = JSON.stringify(filter)
  const recent = useQuery({
    queryKey: ['events', 'recent', filterKey],
    queryFn: ({ signal }) => readRecent(filter, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  useEffect(() => {
    if (!recent.data) return
    setRing(addToRing(emptyRing, [...recent.data].reverse(), 'live'))
  }, [recent.data])
  const state = useLive(apiUrl('/events/live', filter), {
    message: (data) => arrived.current.push(data as LiveMessage),
    rate: (data) => setRate(data as Rate),
  })
  useEffect(() => {
    const timer = setInterval(() => {
      if (arrived.current.length === 0) return
      const batch = arrived.current.splice(0)
      setRing((known) => addToRing(known, batch, pausedNow.current ? 'paused' : 'live'))
    }, drawEveryMs)
    return () => clearInterval(timer)
  }, [])
  const toggle = useCallback(() => {
    setPaused((now) => !now)
    if (pausedNow.current) setRing(resumeRing)
  }, [])
  return {
    messages: ring.shown,
    waiting: ring.waiting.length,
    rate,
    state,
    loading: recent.isPending,
    error: recent.error,
    retry: () => recent.refetch(),
    paused,
    toggle,
  }
}
