import {
  IconBolt,
  IconBox,
  IconCalendar,
  IconChartBar,
  IconClock,
  IconFingerprint,
  IconId,
  IconListCheck,
  IconMapPin,
  IconMathFunction,
  IconShieldCheck,
  IconStar,
  IconUser,
  IconVector,
} from '@tabler/icons-react'
import { type ReactNode, useMemo } from 'react'
import { type Formats, useFormats } from '../../../i18n/format.ts'
import { type Translate, useT } from '../../../i18n/i18n.ts'
import { type Editor, useEditor } from '../editor.ts'
import { COMPUTED, NAMESPACES } from '../fields.ts'
import { attributeKey } from '../newLine.ts'
import { REACHABLE } from '../rule.ts'
import { channelWords } from '../words.ts'
import { type Field, type Section, TRAIT_THEMES, themeOf } from './sections.ts'

export const SECTION_ICONS: Record<string, ReactNode> = {
  recent: <IconClock size={15} />,
  identity: <IconId size={15} />,
  place: <IconMapPin size={15} />,
  loyalty: <IconStar size={15} />,
  dates: <IconCalendar size={15} />,
  other: <IconUser size={15} />,
  indicators: <IconChartBar size={15} />,
  events: <IconBolt size={15} />,
  objects: <IconBox size={15} />,
  computed: <IconMathFunction size={15} />,
  segments: <IconVector size={15} />,
  lists: <IconListCheck size={15} />,
  consents: <IconShieldCheck size={15} />,
  identifiers: <IconFingerprint size={15} />,
}

/** Every field by theme, after those that were used last. */
export function useSections(recent: readonly string[]): Section[] {
  const t = useT()
  const format = useFormats()
  const { fields, names } = useEditor()
  return useMemo(() => {
    const sections = [
      ...traitSections({ fields, names }, { t, format }),
      eventSection({ fields, names }, { t, format }),
      ...objectSection({ fields, names }, { t, format }),
      {
        key: 'computed',
        label: t('segments.tree.computed'),
        fields: COMPUTED.map((kind) => ({
          key: `new:${kind}`,
          label: t(`segments.new.${kind}`),
          note: '',
        })),
      },
      ...otherSections({ fields, names }, { t, format }),
    ]
    return [...recentSection(sections, recent, t), ...sections]
  }, [fields, names, recent, format, t])
}

type Known = Pick<Editor, 'fields' | 'names'>
type Words = { t: Translate; format: Formats }

function traitSections({ fields, names }: Known, { t, format }: Words): Section[] {
  const traits = fields.traits.map((each) => ({
    theme: themeOf(each.key, fields),
    field: {
      key: `trait:${each.key}`,
      label: names.trait(each.key),
      note: each.computed ? '' : format.percent(each.completeness, 0),
    },
  }))
  const themed = TRAIT_THEMES.map((theme) => ({
    key: theme,
    label: t(`segments.tree.theme.${theme}`),
    fields: traits.filter((each) => each.theme === theme).map((each) => each.field),
  })).filter((section) => section.fields.length > 0)
  // A workspace without traits reads that there are none.
  if (themed.length > 0) return themed
  return [{ key: 'other', label: t('segments.tree.traits'), fields: [] }]
}

function otherSections({ fields, names }: Known, { t, format }: Words): Section[] {
  const sections = [
    {
      key: 'segments',
      label: t('segments.tree.segments'),
      fields: fields.segments.map((each) => ({
        key: `segment:${each.id}`,
        label: names.of('segment', each.id),
        note: shortCount(each.size, format),
      })),
    },
    {
      key: 'lists',
      label: t('segments.tree.lists'),
      fields: [
        ...fields.lists.map((each) => ({
          key: `list:${each.id}`,
          label: names.of('list', each.id),
          note: each.members === null ? '' : shortCount(each.members, format),
        })),
        { key: 'staff:all', label: t('segments.tree.staff'), note: '' },
      ],
    },
    {
      key: 'consents',
      label: t('segments.tree.consents'),
      fields: [
        ...REACHABLE.map((channel) => ({
          key: `reachable:${channel}`,
          label: t('segments.tree.reachable', { channel: channelWords(channel, format.language) }),
          note: '',
        })),
        ...fields.purposes.map((purpose) => ({
          key: `consent:${purpose}`,
          label: names.of('purpose', purpose),
          note: '',
        })),
      ],
    },
    {
      key: 'identifiers',
      label: t('segments.tree.identifiers'),
      fields: NAMESPACES.map((namespace) => ({
        key: `identifier:${namespace}`,
        label: names.of('namespace', namespace),
        note: '',
      })),
    },
  ]
  // What nobody made yet takes no room; traits and events are said to be missing.
  return sections.filter((section) => section.fields.length > 0)
}

function eventSection({ fields, names }: Known, { t, format }: Words): Section {
  return {
    key: 'events',
    label: t('segments.tree.events'),
    fields: fields.events.map((each) => ({
      key: `event:${each.name}`,
      label: names.event(each.name),
      note: shortCount(each.count, format),
    })),
  }
}

/** Each type, then each of its attributes: a line about what is so of them. None: no section. */
function objectSection({ fields, names }: Known, { t, format }: Words): Section[] {
  if (fields.objects.length === 0) return []
  const types = fields.objects.flatMap(({ type, objects, attributes }) => {
    const name = names.of('object', type)
    return [
      { key: `object:${type}`, label: name, note: shortCount(objects, format) },
      ...attributes.map(({ path }) => ({
        key: `attribute:${attributeKey(type, path)}`,
        label: `${name} · ${names.property(path)}`,
        note: '',
      })),
    ]
  })
  return [{ key: 'objects', label: t('segments.tree.objects'), fields: types }]
}

/** 402 k, 1,3 M: a count in a narrow column. */
function shortCount(count: number, { number }: Formats): string {
  return count < 10_000
    ? number(count)
    : number(count, { notation: 'compact', maximumFractionDigits: 1 })
}

function recentSection(
  sections: readonly Section[],
  recent: readonly string[],
  t: Translate,
): Section[] {
  const known = new Map(sections.flatMap((each) => each.fields).map((each) => [each.key, each]))
  const fields = recent.flatMap((key): Field[] => {
    const field = known.get(key)
    return field ? [field] : []
  })
  return fields.length > 0 ? [{ key: 'recent', label: t('segments.tree.recent'), fields }] : []
}
