import { ActionIcon } from '@mantine/core'
import { IconPin, IconPinFilled } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { type Fact, Facts } from '../../design/Facts.tsx'
import { Sparkline } from '../../design/Sparkline.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, type MessageId, useLanguage, useT } from '../../i18n/i18n.ts'
import type { Finding, Portrait } from '../segments/page/api.ts'
import { HabitCharts } from '../segments/page/HabitCharts.tsx'
import { discoveries } from '../segments/page/PortraitTab.tsx'
import { type Persona, type PersonaFact, usePersonaChanges } from './api.ts'
import css from './personas.module.css'

const FIRST = 5
const OF_EACH = 6

type SheetProps = { persona: Persona; portrait: Portrait; trend: number[] }

/** What the people of a persona have in common, the pinned facts first. */
export function PersonaSheet({ persona, portrait, trend }: SheetProps) {
  const t = useT()
  const found = discoveries(portrait.findings)
  const pinned = portrait.findings.filter((one) => isPinned(persona, one))
  const rest = found.filter((one) => !isPinned(persona, one))
  const first = [...pinned, ...rest].slice(0, Math.max(FIRST, pinned.length))
  const groups: { title: MessageId; kinds: string[] }[] = [
    { title: 'segmentPage.findings.traits', kinds: ['trait'] },
    { title: 'personas.products', kinds: ['category', 'brand', 'product'] },
    { title: 'segmentPage.findings.channels', kinds: ['source'] },
    { title: 'segmentPage.findings.events', kinds: ['event'] },
    { title: 'segmentPage.findings.paths', kinds: ['path'] },
  ]
  return (
    <div className={css.stack}>
      <SizeFacts persona={persona} portrait={portrait} trend={trend} />
      <Card
        title={t('segmentPage.portrait')}
        note={<span className={css.onScreen}>{t('personas.first.note')}</span>}
      >
        {first.length === 0 ? (
          <p className={css.nothing}>{t('segmentPage.portrait.empty.why')}</p>
        ) : (
          <ul className={css.first}>
            {first.map((one) => (
              <FirstFact key={keyOf(one)} persona={persona} finding={one} />
            ))}
          </ul>
        )}
      </Card>
      <div className={css.groups}>
        {groups.map(({ title, kinds }) => (
          <GroupCard
            key={title}
            title={t(title)}
            findings={found.filter(({ kind }) => kinds.includes(kind)).slice(0, OF_EACH)}
            persona={persona}
          />
        ))}
      </div>
      <HabitCharts portrait={portrait} />
    </div>
  )
}

const keyOf = ({ kind, key, value }: Finding): string => [kind, key, value.fr].join('\n')

const isPinned = ({ facts }: Persona, finding: Finding): boolean =>
  facts.some((fact) => [fact.kind, fact.key, fact.value].join('\n') === keyOf(finding))

function SizeFacts({ persona, portrait, trend }: SheetProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const [before] = trend
  const { size, name, id } = persona.segment
  const facts: Fact[] = [
    {
      label: t('personas.size'),
      value: (
        <span className={css.size}>
          <Link to="/people" search={{ segment: id }}>
            {format.number(size)}
          </Link>
          {trend.length > 1 && <Sparkline values={trend} />}
        </span>
      ),
      note: before
        ? t('segments.fact.size.note', { change: format.change((size - before) / before) })
        : undefined,
    },
    {
      label: t('personas.share'),
      value: format.percent(portrait.base === 0 ? 0 : portrait.size / portrait.base),
      note: t('personas.share.note', { n: format.number(portrait.base) }),
    },
    {
      label: t('personas.segment'),
      value: (
        <Link to="/segments/$id" params={{ id }} search={{ tab: 'profile' }}>
          {localText(name, language)}
        </Link>
      ),
    },
  ]
  return <Facts facts={facts} />
}

function FirstFact({ persona, finding }: { persona: Persona; finding: Finding }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const lift = format.number(finding.lift, { maximumFractionDigits: 1 })
  return (
    <li>
      <span>
        {localText(finding.sentence, language)} <b>{t('segmentPage.times', { n: lift })}</b>
      </span>
      <PinButton persona={persona} finding={finding} />
    </li>
  )
}

/** Pins a fact to the top of the page, or takes the pin out. */
function PinButton({ persona, finding }: { persona: Persona; finding: Finding }) {
  const t = useT()
  const toast = useToast()
  const language = useLanguage()
  const { change } = usePersonaChanges()
  if (!usePermission('segments:write')) return null
  const pinned = isPinned(persona, finding)
  const { kind, key, value } = finding
  const fact: PersonaFact = { kind, key, value: value.fr }
  const others = persona.facts.filter(
    (one) => one.kind !== kind || one.key !== key || one.value !== value.fr,
  )
  const label = t(pinned ? 'personas.unpin' : 'personas.pin', { fact: localText(value, language) })
  return (
    <ActionIcon
      className={css.pin}
      aria-label={label}
      aria-pressed={pinned}
      title={label}
      onClick={() =>
        change.mutate(
          { id: persona.id, facts: pinned ? others : [...others, fact] },
          { onError: toast },
        )
      }
    >
      {pinned ? <IconPinFilled size={16} /> : <IconPin size={16} />}
    </ActionIcon>
  )
}

type GroupProps = { title: string; findings: Finding[]; persona: Persona }

function GroupCard({ title, findings, persona }: GroupProps) {
  const format = useFormats()
  const language = useLanguage()
  if (findings.length === 0) return null
  return (
    <Card title={title}>
      <ul className={css.findings}>
        {findings.map((one) => (
          <li key={keyOf(one)} title={localText(one.sentence, language)}>
            <span className={css.finding}>
              {one.kind === 'trait' && (
                <span className="meta">{localText(one.subject, language)}</span>
              )}
              {localText(one.value, language)}
            </span>
            <span className={css.track} aria-hidden>
              <span style={{ width: `${one.share * 100}%` }} />
              <i style={{ insetInlineStart: `${one.baseShare * 100}%` }} />
            </span>
            <b>{format.percent(one.share, 0)}</b>
            <PinButton persona={persona} finding={one} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
