import 'react'

declare module 'react' {
  // Custom properties are how a component hands a size to its style sheet.
  interface CSSProperties {
    [custom: `--${string}`]: string | number | undefined
  }
}
