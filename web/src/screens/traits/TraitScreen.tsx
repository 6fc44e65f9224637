import { Link, useParams } from '@tanstack/react-router'
import { Facts } from '../../design/Facts.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { PageError } from '../../shell/PageError.tsx'
import { UsedBy } from '../segments/UsedBy.tsx'
import { type ComputedTrait, useComputedTrait } from './api.ts'
import { TypeName } from './ComputedTable.tsx'
import { DefinitionCard } from './DefinitionCard.tsx'
import { GridCard } from './GridCard.tsx'
import { QueryCard } from './QueryCard.tsx'
import { isRfm } from './rfm.ts'
import { TraitActions } from './TraitActions.tsx'
import { TraitStateChip } from './TraitStateChip.tsx'
import css from './traits.module.css'

/** One computed trait: what it is made of and what names it; of an RFM, its grid. */
export function TraitScreen() {
  const { id } = useParams({ from: '/shell/traits/$id' })
  const trait = useComputedTrait(id)
  if (trait.isPending) return <SkeletonRows count={10} />
  if (trait.isError) return <PageError error={trait.error} onRetry={() => trait.refetch()} />
  return <Trait trait={trait.data} />
}

function Trait({ trait }: { trait: ComputedTrait }) {
  const t = useT()
  const language = useLanguage()
  return (
    <>
      <PageHeader
        crumbs={[
          <Link key="list" to="/traits">
            {t('traits.title')}
          </Link>,
        ]}
        title={localText(trait.name, language)}
        lead={localText(trait.sentence, language)}
        actions={<TraitActions trait={trait} />}
        beside={<TraitStateChip trait={trait} />}
      />
      <div className={css.stack}>
        {isRfm(trait) && <GridCard trait={trait} />}
        <About trait={trait} />
        {'sql' in trait.definition && <QueryCard trait={trait} />}
        {!isRfm(trait) && <DefinitionCard key={trait.version} trait={trait} />}
      </div>
    </>
  )
}

function About({ trait }: { trait: ComputedTrait }) {
  const t = useT()
  return (
    <>
      {trait.description && <p className={css.description}>{trait.description}</p>}
      {trait.fault && (
        <p className={css.description} role="alert">
          {t('traits.fault')} {trait.fault}
        </p>
      )}
      {trait.givenToo && <p className={css.description}>{t('traits.givenToo')}</p>}
      <Facts
        facts={[
          { label: t('traits.key'), value: <code>{trait.key}</code> },
          { label: t('traits.column.type'), value: <TypeName type={trait.type} /> },
          {
            label: t('traits.column.usedBy'),
            value: <UsedBy {...trait.usedBy} none={t('traits.unused')} />,
          },
          {
            label: t('segmentations.column.updated'),
            value: (
              <>
                <RelativeTime at={trait.updatedAt} /> · {trait.updatedBy}
              </>
            ),
          },
        ]}
      />
    </>
  )
}
