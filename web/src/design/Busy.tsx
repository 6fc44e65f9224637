import css from './Busy.module.css'

/**
 * A thin bar at the upper edge of what is being asked for again: the old answer stays readable
 * under it. Its parent is positioned, and says the same in words or by `aria-busy`.
 */
export function Busy({ when }: { when: boolean }) {
  return when ? <span className={css.bar} aria-hidden data-busy /> : null
}
