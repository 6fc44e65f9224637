import {
  IconCake,
  IconFileTime,
  IconHeartbeat,
  IconLayersSubtract,
  IconMailOff,
  IconShoppingCartX,
  IconStar,
  IconUsersPlus,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { bothLanguages, type Draft } from '../draft.ts'
import { asRootGroup } from '../rule.ts'
import { type Template, useTemplates } from './api.ts'
import css from './templates.module.css'

const ICONS: Record<string, ReactNode> = {
  best_customers: <IconStar size={18} />,
  at_risk: <IconHeartbeat size={18} />,
  abandoned_cart: <IconShoppingCartX size={18} />,
  birthday_week: <IconCake size={18} />,
  contract_ending: <IconFileTime size={18} />,
  newsletter_inactive: <IconMailOff size={18} />,
  rfm_groups: <IconLayersSubtract size={18} />,
}

/** Where a new segment may begin: rules in the words of the workspace's own data. */
export function Templates({ onStart }: { onStart: (draft: Draft) => void }) {
  const t = useT()
  const templates = useTemplates({ enabled: true })
  // Templates are a help: without them one still builds a rule, so their absence is no error here.
  if (templates.isError) return null
  const usable = (templates.data ?? []).filter((each) => each.rule || each.classes)
  return (
    <section className={css.templates} aria-label={t('segments.templates')}>
      <h3>{t('segments.templates')}</h3>
      <ul>
        {templates.isPending &&
          ['a', 'b', 'c'].map((key) => (
            <li key={key}>
              <Skeleton height={84} />
            </li>
          ))}
        {usable.map((template) => (
          <li key={template.key}>
            <TemplateButton template={template} onStart={onStart} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type TemplateButtonProps = { template: Template; onStart: (draft: Draft) => void }

function TemplateButton({ template, onStart }: TemplateButtonProps) {
  const t = useT()
  const language = useLanguage()
  const { rule, missing } = template
  const lacks = missing.map((each) => localText(each, language)).join(', ')
  const words = (
    <>
      <span className={css.icon} aria-hidden>
        {ICONS[template.key] ?? <IconUsersPlus size={18} />}
      </span>
      <strong>{localText(template.name, language)}</strong>
      <span className={css.words}>{localText(template.description, language)}</span>
      {lacks && <span className={css.lacks}>{t('segments.templates.lacks', { what: lacks })}</span>}
    </>
  )
  if (!rule) {
    const search = { template: template.key }
    return (
      <Link to="/segmentations/new" search={search} className={css.template}>
        {words}
      </Link>
    )
  }
  return (
    <button
      type="button"
      className={css.template}
      onClick={() => {
        const name = bothLanguages(template.name)
        onStart({ name, rule: asRootGroup(rule), includesStaff: false })
      }}
    >
      {words}
    </button>
  )
}
