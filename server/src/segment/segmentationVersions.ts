import { notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import type { Rule } from './rule.ts'
import type { WrittenClasses } from './segmentations.ts'
import type { LocalName } from './segments.ts'

export type SegmentationVersion = {
  version: number
  /** As written, the one for everybody else last. */
  classes: { id: string; name: LocalName; rule: Rule }[]
  at: Date
  author: string
}

/** The versions of a segmentation (its number), newest first. */
export async function segmentationVersions(
  sql: Sql,
  segmentation: number,
): Promise<SegmentationVersion[]> {
  return sql.query<SegmentationVersion>(
    `SELECT version, classes, at, author FROM segmentation_version
     WHERE segmentation = $1 ORDER BY version DESC`,
    [segmentation],
  )
}

/** What a version was written as, to publish it again. @throws a 404 when there is none. */
export async function writtenVersion(
  sql: Sql,
  { segmentation, version }: { segmentation: number; version: number },
): Promise<WrittenClasses> {
  const versions = await segmentationVersions(sql, segmentation)
  const classes = versions.find((one) => one.version === version)?.classes
  const otherwise = classes?.at(-1)
  if (!classes || !otherwise) throw notFound('The segmentation has no such version.')
  return { classes: classes.slice(0, -1), otherwise: { id: otherwise.id, name: otherwise.name } }
}
