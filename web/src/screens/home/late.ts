/** Beyond this the lag of a stage is amber, ms. */
export const lateMs = 10_000
