import { Chip } from '../../design/Chip.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { describeNodes } from './graph.ts'
import { NamespaceIcon } from './NamespaceIcon.tsx'
import css from './person.module.css'
import type { Identity, Person } from './types.ts'
import { namespaceName } from './words.ts'

type IdentityListProps = {
  person: Person
  identity: Identity
  selected: string | null
  onSelect: (nodeId: string) => void
}

/** The picture as a list: each identifier, why it is here, since when. */
export function IdentityList({ person, identity, selected, onSelect }: IdentityListProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  return (
    <div className={css.scrollX}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('person.identities.column.identifier')}</th>
            <th scope="col">{t('person.identities.column.why')}</th>
            <th scope="col">{t('person.identities.column.since')}</th>
            <th scope="col">{t('person.identities.column.state')}</th>
          </tr>
        </thead>
        <tbody>
          {describeNodes(identity, person.id).map(({ node, link, state }) => (
            <tr key={node.id} className={node.id === selected ? css.rowSelected : ''}>
              <td className={css.idCell}>
                <button type="button" className={css.idButton} onClick={() => onSelect(node.id)}>
                  <NamespaceIcon namespace={node.namespace} scope={node.scope} />
                  <span>
                    {namespaceName(node.namespace, t)} <b>{node.value}</b>
                  </span>
                </button>
              </td>
              <td className={`ink-2 ${css.why}`}>
                {state === 'shared'
                  ? t('person.identities.shared')
                  : link?.reason
                    ? localText(link.reason.text, language)
                    : t('person.identities.first')}
              </td>
              <td className="ink-3">
                {node.firstSeen
                  ? format.date(node.firstSeen)
                  : link
                    ? format.date(link.firstAt)
                    : '—'}
              </td>
              <td>
                <Chip
                  tone={state === 'accepted' ? 'teal' : state === 'refused' ? 'red' : 'neutral'}
                >
                  {t(`person.link.${state}`)}
                </Chip>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
