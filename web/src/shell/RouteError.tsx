import type { ErrorComponentProps } from '@tanstack/react-router'
import { ErrorState } from '../design/ErrorState.tsx'

/** A page that failed to draw: the reason, and a retry that works. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  return <ErrorState error={error} onRetry={reset} />
}
