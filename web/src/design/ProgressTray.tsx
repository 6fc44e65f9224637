import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react'

export type TaskState = 'running' | 'done' | 'failed' | 'cancelled'
export type BackgroundTask = {
  id: number
  name: string
  done: number
  total: number
  state: TaskState
  /** One line: what went wrong, or what came out. */
  note?: string
  startedAt: number
  endedAt?: number
}

/** What a running task is given: report progress, and watch for the cancel. */
export type TaskControl = { report: (done: number, note?: string) => void; signal: AbortSignal }
type Start = (
  task: { name: string; total: number },
  work: (control: TaskControl) => Promise<string | undefined>,
) => void

type Work = {
  tasks: BackgroundTask[]
  start: Start
  cancel: (id: number) => void
  dismiss: (id: number) => void
}

const WorkContext = createContext<Work | null>(null)

/** Work that survives a page change: start it, see it in the tray, cancel it. */
export function useBackgroundWork(): Work {
  const work = useContext(WorkContext)
  if (!work) throw new Error('useBackgroundWork needs <BackgroundWork> above it.')
  return work
}

/** Holds the tasks above the router, so that a navigation does not end them. */
export function BackgroundWork({ children }: { children: ReactNode }) {
  const [tasks, setTasks] = useState<BackgroundTask[]>([])
  const controllers = useRef(new Map<number, AbortController>())
  const nextId = useRef(1)
  const change = useCallback((id: number, patch: Partial<BackgroundTask>) => {
    setTasks((all) => all.map((task) => (task.id === id ? { ...task, ...patch } : task)))
  }, [])
  const start = useCallback<Start>(
    ({ name, total }, work) => {
      const id = nextId.current++
      const controller = new AbortController()
      controllers.current.set(id, controller)
      const task: BackgroundTask = {
        id,
        name,
        total,
        done: 0,
        state: 'running',
        startedAt: Date.now(),
      }
      setTasks((all) => [task, ...all])
      const report = (done: number, note?: string) => change(id, note ? { done, note } : { done })
      const end = (state: TaskState, note?: string) =>
        change(id, { state, endedAt: Date.now(), ...(note ? { note } : {}) })
      work({ report, signal: controller.signal }).then(
        (note) => end(controller.signal.aborted ? 'cancelled' : 'done', note),
        (error: unknown) =>
          end(
            controller.signal.aborted ? 'cancelled' : 'failed',
            error instanceof Error ? error.message : String(error),
          ),
      )
    },
    [change],
  )
  const cancel = useCallback((id: number) => controllers.current.get(id)?.abort(), [])
  const dismiss = useCallback(
    (id: number) => setTasks((all) => all.filter((task) => task.id !== id)),
    [],
  )
  const value = useMemo(() => ({ tasks, start, cancel, dismiss }), [tasks, start, cancel, dismiss])
  return <WorkContext value={value}>{children}</WorkContext>
}
