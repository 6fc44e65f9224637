import { CloseButton } from '@mantine/core'
import {
  IconAlertCircle,
  IconChevronDown,
  IconCircleCheck,
  IconCircleX,
  IconLoader2,
} from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { type BackgroundTask, useBackgroundWork } from '../design/ProgressTray.tsx'
import { useNow } from '../design/RelativeTime.tsx'
import { useFormats } from '../i18n/format.ts'
import { useT } from '../i18n/i18n.ts'
import css from './Tray.module.css'

const openEvent = 'clientele:tray'

/** One line in the navigation's foot: how many tasks run, and how far the first is. */
export function TraySummary() {
  const t = useT()
  const format = useFormats()
  const { tasks } = useBackgroundWork()
  const running = tasks.filter((task) => task.state === 'running')
  const first = running[0]
  if (tasks.length === 0) return null
  return (
    <button
      type="button"
      className={css.summary}
      onClick={() => document.dispatchEvent(new Event(openEvent))}
    >
      {first ? <IconLoader2 size={16} className={css.turn} /> : <IconCircleCheck size={16} />}
      <span>{t('shell.tray.running', { count: running.length })}</span>
      {first && <span className={css.percent}>{format.percent(first.done / first.total, 0)}</span>}
    </button>
  )
}

/** The tray at the bottom right: each task with what is done, what remains, and its cancel. */
export function Tray() {
  const t = useT()
  const { tasks } = useBackgroundWork()
  const [open, setOpen] = useState(false)
  const count = tasks.length
  useEffect(() => {
    if (count > 0) setOpen(true)
  }, [count])
  useEffect(() => {
    const listen = () => setOpen(true)
    document.addEventListener(openEvent, listen)
    return () => document.removeEventListener(openEvent, listen)
  }, [])
  if (!open || tasks.length === 0) return null
  return (
    <section className={css.tray} aria-label={t('shell.tray.title')}>
      <div className={css.head}>
        <h2>{t('shell.tray.title')}</h2>
        <button
          type="button"
          className={css.fold}
          aria-label={t('shell.tray.fold')}
          onClick={() => setOpen(false)}
        >
          <IconChevronDown size={16} />
        </button>
      </div>
      {tasks.map((task) => (
        <TaskLine key={task.id} task={task} />
      ))}
    </section>
  )
}

const stateIcon = {
  running: <IconLoader2 size={16} className={css.turn} />,
  done: <IconCircleCheck size={16} className={css.done} />,
  failed: <IconAlertCircle size={16} className={css.failed} />,
  cancelled: <IconCircleX size={16} />,
}

function TaskLine({ task }: { task: BackgroundTask }) {
  const t = useT()
  const format = useFormats()
  const { cancel, dismiss } = useBackgroundWork()
  const now = useNow()
  const elapsed = (task.endedAt ?? now) - task.startedAt
  const ratio = task.total > 0 ? Math.min(1, task.done / task.total) : 0
  const left = ratio > 0.02 ? (elapsed / ratio) * (1 - ratio) : null
  const counts = { done: format.number(task.done), total: format.number(task.total) }
  return (
    <div className={css.task}>
      {stateIcon[task.state]}
      <div className={css.text}>
        <div className={css.line}>
          <span className={css.name}>{task.name}</span>
          <span className="meta">
            {task.state === 'running' ? format.percent(ratio, 0) : format.duration(elapsed)}
          </span>
        </div>
        {task.state === 'running' && (
          <progress className={css.bar} value={task.done} max={task.total} aria-label={task.name} />
        )}
        <div className={css.line}>
          <span className="meta">{task.note ?? t('shell.tray.count', counts)}</span>
          {task.state === 'running' ? (
            <span className="meta">
              {left !== null && `${t('shell.tray.left', { time: format.duration(left) })} · `}
              <button type="button" className={css.cancel} onClick={() => cancel(task.id)}>
                {t('shell.tray.cancel')}
              </button>
            </span>
          ) : (
            <CloseButton
              size={24}
              aria-label={t('shell.tray.dismiss', { name: task.name })}
              onClick={() => dismiss(task.id)}
            />
          )}
        </div>
      </div>
    </div>
  )
}
