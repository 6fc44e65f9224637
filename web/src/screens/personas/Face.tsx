import { initials } from '../../shell/initials.ts'
import css from './personas.module.css'

type FaceProps = { persona: { name: string; initials: string; color: number }; size?: number }

/** The portrait of a persona: its initials in its colour. */
export function Face({ persona, size = 48 }: FaceProps) {
  return (
    <span
      className={css.face}
      style={{
        width: size,
        height: size,
        fontSize: size * 0.34,
        '--face': `var(--c${persona.color})`,
      }}
      aria-hidden
    >
      <span>{persona.initials || initials(persona.name)}</span>
    </span>
  )
}
