import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { Card } from '../../../design/Card.tsx'
import { ChartFrame } from '../../../design/ChartFrame.tsx'
import { Chip } from '../../../design/Chip.tsx'
import { HrefLink } from '../../../design/LinkButton.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { peopleHref } from '../../people/search.ts'
import type { Finding } from './api.ts'
import css from './portrait.module.css'

const GROUPS = ['all', 'traits', 'events', 'channels', 'times', 'products', 'paths'] as const
type Group = (typeof GROUPS)[number]

const GROUP_OF: Record<string, Group> = {
  trait: 'traits',
  event: 'events',
  source: 'channels',
  slot: 'times',
  weekday: 'times',
  category: 'products',
  brand: 'products',
  product: 'products',
  path: 'paths',
}
const SHOWN = 24

/** Every finding with both shares as bars, how many times, and the counts behind. */
export function FindingsCard({ segment, findings }: { segment: string; findings: Finding[] }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const [group, setGroup] = useState<Group>('all')
  const present = GROUPS.filter(
    (one) => one === 'all' || findings.some(({ kind }) => GROUP_OF[kind] === one),
  )
  const inGroup = findings.filter(({ kind }) => group === 'all' || GROUP_OF[kind] === group)
  const percent = (share: number) => format.percent(share)
  const table = {
    head: [
      t('segmentPage.finding.what'),
      t('segmentPage.finding.value'),
      t('segmentPage.finding.share'),
      t('segmentPage.finding.base'),
      t('segmentPage.finding.lift'),
      t('segmentPage.finding.n'),
      t('segmentPage.finding.of'),
      t('segmentPage.finding.baseN'),
      t('segmentPage.finding.baseOf'),
    ],
    rows: inGroup.map((one) => [
      cell(localText(one.subject, language)),
      cell(localText(one.value, language)),
      { text: percent(one.share), raw: String(one.share) },
      { text: percent(one.baseShare), raw: String(one.baseShare) },
      { text: format.number(one.lift, { maximumFractionDigits: 1 }), raw: String(one.lift) },
      ...[one.n, one.of, one.baseN, one.baseOf].map((n) => ({
        text: format.number(n),
        raw: String(n),
      })),
    ]),
  }
  return (
    <Card
      title={t('segmentPage.findings')}
      note={t('segmentPage.findings.note')}
      actions={
        <SegmentedControl
          aria-label={t('segmentPage.findings.group')}
          value={group}
          data={present.map((value) => ({ value, label: t(`segmentPage.findings.${value}`) }))}
          onChange={(next) => setGroup(GROUPS.find((one) => one === next) ?? 'all')}
        />
      }
    >
      <ChartFrame label={t('segmentPage.findings')} table={table} height={480}>
        <p className={css.legend}>
          <span className={css.keyThis}>{t('segmentPage.finding.share')}</span>
          <span className={css.keyBase}>{t('segmentPage.finding.base')}</span>
        </p>
        <ul className={css.list}>
          {inGroup.slice(0, SHOWN).map((one) => (
            <FindingLine key={one.kind + one.key + one.value.fr} segment={segment} finding={one} />
          ))}
        </ul>
      </ChartFrame>
    </Card>
  )
}

const cell = (text: string) => ({ text, raw: text })

export function FindingLine({ segment, finding }: { segment: string; finding: Finding }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const { subject, value, share, baseShare, lift, n, of, key, filter, inRule } = finding
  const count = format.number(n)
  return (
    <li className={css.line} title={localText(finding.sentence, language)}>
      <span className={css.what}>
        <span className="meta">{localText(subject, language)}</span>
        <span className={css.value}>
          {localText(value, language)}
          {inRule && <Chip tone="outline">{t('segmentPage.finding.inRule')}</Chip>}
        </span>
      </span>
      <span className={css.pair} aria-hidden>
        <span className={css.this} style={{ width: `${share * 100}%` }} />
        <span className={css.base} style={{ width: `${baseShare * 100}%` }} />
      </span>
      <span className={css.shares}>
        <b>{format.percent(share, 0)}</b>
        <span className="meta">{format.percent(baseShare, baseShare < 0.1 ? 1 : 0)}</span>
      </span>
      <span className={css.lift}>
        {t('segmentPage.times', {
          n: format.number(lift, { maximumFractionDigits: lift < 10 ? 1 : 0 }),
        })}
      </span>
      <span className={css.count}>
        {filter === null ? (
          count
        ) : (
          <HrefLink href={peopleHref({ segment, trait: key, value: filter })}>{count}</HrefLink>
        )}
        <span className="meta"> / {format.number(of)}</span>
      </span>
    </li>
  )
}
