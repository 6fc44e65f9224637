import type { Row } from './row.ts'
import { apiRow } from './rows/api.ts'
import { costRow, diskRow } from './rows/cost.ts'
import { exitsRow } from './rows/exits.ts'
import { fillRow } from './rows/fill.ts'
import { flowRow } from './rows/flow.ts'
import { freshnessRow } from './rows/freshness.ts'
import { intakeRows } from './rows/intake.ts'
import { overloadRow } from './rows/overload.ts'
import { previewRow } from './rows/preview.ts'
import { profilesRow } from './rows/profiles.ts'
import { rebuildRow } from './rows/rebuild.ts'
import { segmentsRow } from './rows/segments.ts'

/** All rows in the order in which they are measured: those that share a state follow each other. */
export const rows: readonly Row[] = [
  ...intakeRows,
  profilesRow,
  flowRow,
  freshnessRow,
  exitsRow,
  segmentsRow,
  previewRow,
  fillRow,
  apiRow,
  rebuildRow,
  overloadRow,
  diskRow,
  costRow,
]
