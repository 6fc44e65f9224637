/** The mark: a C around a person. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="5" fill="var(--accent)" />
      <path
        d="M16.3 8.3a6 6 0 1 0 0 7.4"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <circle cx="12" cy="12" r="1.9" fill="var(--on-accent)" />
    </svg>
  )
}
