import { Select } from '@mantine/core'
import { useState } from 'react'
import { WithDrawer } from '../../design/Drawer.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useSegmentNames } from '../segments/names.ts'
import css from './person.module.css'
import { StaysCard } from './StaysCard.tsx'
import type { Person } from './types.ts'
import { WhyDrawer } from './WhyDrawer.tsx'

/** The segments of a person, and why the person is in any segment or is not. */
export function SegmentsTab({ person }: { person: Person }) {
  const t = useT()
  const names = useSegmentNames()
  const [asked, setAsked] = useState<string | null>(null)
  const segments = [...names].map(([value, label]) => ({ value, label }))
  return (
    <WithDrawer
      list={
        <StaysCard
          person={person}
          onAsk={setAsked}
          actions={
            <Select
              size="xs"
              className={css.askOther}
              searchable
              aria-label={t('person.why.any')}
              placeholder={t('person.why.any')}
              nothingFoundMessage={t('person.why.none')}
              data={segments}
              value={asked}
              onChange={setAsked}
            />
          }
        />
      }
      drawer={
        asked && (
          <WhyDrawer
            key={asked}
            person={person}
            segment={asked}
            name={names.get(asked) ?? null}
            onClose={() => setAsked(null)}
          />
        )
      }
    />
  )
}
