export type Sleeper = {
  wake(): void
  /** Sleeps that many milliseconds, or with null until it is woken. */
  sleep(ms: number | null): Promise<void>
}

/** Sleeps until it is woken; a call to wake up while awake shortens the next sleep to nothing. */
export function openSleeper(): Sleeper {
  let woken = false
  let end = () => {}
  return {
    wake: () => {
      woken = true
      end()
    },
    sleep: async (ms) => {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = ms === null ? undefined : setTimeout(resolve, ms)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      woken = false
    },
  }
}
