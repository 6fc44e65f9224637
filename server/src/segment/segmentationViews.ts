import { Type } from 'typebox'
import type { Deps } from '../platform/deps.ts'
import {
  Effects,
  IncludesStaff,
  LocalText,
  NameInput,
  RuleBody,
  SegmentStateName,
  SegmentView,
} from './responses.ts'
import type { Segmentation } from './segmentations.ts'
import { viewsOf } from './views.ts'

/** Classes of one segmentation at the most, the one for everybody else not counted. */
const CLASSES_MAX = 30

const classId = Type.Optional(
  Type.String({ format: 'uuid', description: 'Of a class that is there already' }),
)
export const ClassesInput = {
  classes: Type.Array(
    Type.Object({ id: classId, name: NameInput, rule: RuleBody }, { additionalProperties: false }),
    {
      minItems: 1,
      maxItems: CLASSES_MAX,
      description: 'In their order: a person is in the first whose rule holds',
    },
  ),
  otherwise: Type.Object(
    { id: classId, name: NameInput },
    { additionalProperties: false, description: 'The class of whoever is in none of them' },
  ),
}

const texts = { name: NameInput, description: Type.Optional(Type.String({ maxLength: 2_000 })) }
const closed = { additionalProperties: false }

export const SegmentationInput = Type.Object(
  {
    ...texts,
    ...ClassesInput,
    includesStaff: Type.Optional(IncludesStaff),
    effects: Type.Optional(Effects),
  },
  closed,
)

export const SegmentationPatch = Type.Object(
  {
    ...Type.Partial(Type.Object(texts)).properties,
    ...Type.Partial(Type.Object(ClassesInput)).properties,
    includesStaff: Type.Optional(IncludesStaff),
    effects: Type.Optional(Effects),
    state: Type.Optional(Type.Union([Type.Literal('live'), Type.Literal('paused')])),
  },
  closed,
)

export const RulesInput = Type.Object(
  {
    classes: Type.Array(Type.Object({ rule: RuleBody }), { minItems: 1, maxItems: CLASSES_MAX }),
    includesStaff: Type.Optional(IncludesStaff),
  },
  closed,
)

export const SegmentationView = Type.Object({
  id: Type.String(),
  name: LocalText,
  description: Type.String(),
  state: SegmentStateName,
  progress: Type.Number({ description: '0 to 1, while backfilling' }),
  version: Type.Integer(),
  includesStaff: IncludesStaff,
  size: Type.Integer({ description: 'People in all classes together' }),
  classes: Type.Array(SegmentView, {
    description: 'In their order, the one for everybody else last; each is a segment of its own',
  }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  updatedBy: Type.String(),
})

export const SegmentationVersionView = Type.Object({
  version: Type.Integer(),
  classes: Type.Array(
    Type.Object({ id: Type.String(), name: LocalText, rule: RuleBody, sentence: LocalText }),
    { description: 'As they were written, the one for everybody else last' },
  ),
  at: Type.String({ format: 'date-time' }),
  author: Type.String(),
})

const ClassCount = Type.Object({
  count: Type.Integer(),
  percent: Type.Number({ description: 'Of all people, 0 to 100' }),
  sentence: LocalText,
})

export const SegmentationPreview = Type.Object({
  base: Type.Integer({ description: 'All people, but those who are left out' }),
  leftOut: Type.Integer({ description: 'Staff and test profiles, who are in no class' }),
  classes: Type.Array(ClassCount, { description: 'As asked, then everybody else; together: all' }),
})

export const SegmentationDiff = Type.Object({
  moves: Type.Array(
    Type.Object({
      from: Type.Union([Type.String(), Type.Null()], {
        description: 'Id of the class of now; null: in none yet',
      }),
      to: Type.Union([Type.Integer(), Type.Null()], {
        description: 'Place among the classes asked, from 0; null: left out of them',
      }),
      count: Type.Integer(),
    }),
    { description: 'Who of each class would be in which; whoever stays included' },
  ),
})

export const MovesView = Type.Object({
  data: Type.Array(
    Type.Object({
      from: Type.Union([Type.String(), Type.Null()], { description: 'null: in none before' }),
      to: Type.String(),
      count: Type.Integer(),
    }),
  ),
  next: Type.Null(),
})

/** Segmentations as the API shows them. */
export async function segmentationViews(
  deps: Deps,
  workspace: number,
  segmentations: readonly Segmentation[],
) {
  const rows = segmentations.flatMap(({ classes }) => classes)
  const views = await viewsOf(deps, workspace, { rows, users: () => 0 })
  const byId = new Map(views.map((view) => [view.id, view]))
  return segmentations.map((one) => ({
    id: one.public_id,
    name: { fr: one.name_fr, en: one.name_en },
    description: one.description,
    state: one.classes[0]?.state ?? 'archived',
    progress: Math.min(1, ...one.classes.map(({ progress }) => progress)),
    version: one.version,
    includesStaff: one.includes_staff,
    size: one.classes.reduce((sum, { size }) => sum + size, 0),
    classes: one.classes.flatMap((row) => byId.get(row.public_id) ?? []),
    createdAt: one.created_at.toISOString(),
    updatedAt: one.updated_at.toISOString(),
    updatedBy: one.updated_by,
  }))
}
