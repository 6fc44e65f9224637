import { IconAlertCircle, IconCheck } from '@tabler/icons-react'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useT } from '../i18n/i18n.ts'
import css from './Toast.module.css'

type ToastSpec = {
  message: string
  /** Offers « Annuler · 10 s »; the action has already happened and this undoes it. */
  undo?: () => void
}
type Shown = ToastSpec & { id: number; isFault: boolean }

/** Says what was done; an error says what was not. */
type Say = (said: ToastSpec | Error) => void

const undoSeconds = 10
const plainSeconds = 5

const ToastContext = createContext<Say>(() => {
  throw new Error('useToast needs <Toasts> above it.')
})

/**
 * `toast({ message, undo })`: says what was done and offers to undo it for ten seconds.
 * `onError: toast`: says why it could not be done.
 */
export function useToast(): Say {
  return useContext(ToastContext)
}

/** Holds the toast, bottom centre; one at a time, the newest wins. */
export function Toasts({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null)
  const count = useRef(0)
  const show = useCallback<Say>((said) => {
    count.current += 1
    const isFault = said instanceof Error
    const spec = isFault ? { message: said.message } : said
    setShown({ ...spec, isFault, id: count.current })
  }, [])
  const hide = useCallback(() => setShown(null), [])
  const layer = useMemo(
    () => (shown ? <ToastView key={shown.id} toast={shown} onEnd={hide} /> : null),
    [shown, hide],
  )
  return (
    <ToastContext value={show}>
      {children}
      <div className={css.layer} role="status">
        {layer}
      </div>
    </ToastContext>
  )
}

function ToastView({ toast, onEnd }: { toast: Shown; onEnd: () => void }) {
  const t = useT()
  const [left, setLeft] = useState(toast.undo ? undoSeconds : plainSeconds)
  useEffect(() => {
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    if (left <= 0) onEnd()
  }, [left, onEnd])
  const undo = toast.undo
  return (
    <div className={css.toast}>
      {toast.isFault ? (
        <IconAlertCircle size={16} aria-hidden />
      ) : (
        <IconCheck size={16} aria-hidden />
      )}
      <span>{toast.message}</span>
      {undo && (
        <button
          type="button"
          className={css.undo}
          onClick={() => {
            undo()
            onEnd()
          }}
        >
          {t('design.undo', { seconds: left })}
        </button>
      )}
    </div>
  )
}
