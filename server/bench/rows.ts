import type { Row } from './row.ts'
import { flowRow } from './rows/flow.ts'
import { freshnessRow } from './rows/freshness.ts'
import { intakeRows } from './rows/intake.ts'

/** All rows in the order in which they are measured: those that share a state follow each other. */
export const rows: readonly Row[] = [...intakeRows, flowRow, freshnessRow]
