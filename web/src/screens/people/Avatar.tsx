import { IconUserQuestion } from '@tabler/icons-react'
import css from './people.module.css'

type AvatarProps = { initials: string | null; known: boolean; size?: number }

/** The initials of a person in a circle; a question mark for a visitor without a name. */
export function Avatar({ initials, known, size = 26 }: AvatarProps) {
  return (
    <span
      className={`${css.avatar} ${known ? '' : css.anonymous}`}
      style={{ width: size, height: size, fontSize: size * 0.36 }}
      aria-hidden
    >
      {initials || <IconUserQuestion size={size * 0.56} />}
    </span>
  )
}
