import { Button, CloseButton } from '@mantine/core'
import { IconGitFork } from '@tabler/icons-react'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { Chip } from '../../design/Chip.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { useIdentityDecisions, useUnmergePreview } from './api.ts'
import { linksOf } from './graph.ts'
import css from './person.module.css'
import type { Identity, IdentityLink, IdentityNode, Person } from './types.ts'
import { namespaceName } from './words.ts'

/** Links shown before one asks for the rest. */
const FEW = 4

type LinkPanelProps = {
  person: Person
  identity: Identity
  nodeId: string
  onClose: () => void
}

/** What ties one identifier: each link with its evidence, and what would leave without it. */
export function LinkPanel({ person, identity, nodeId, onClose }: LinkPanelProps) {
  const t = useT()
  const format = useFormats()
  const mayUnmerge = usePermission('identity:write')
  const [all, setAll] = useState(false)
  const node = identity.nodes.find((each) => each.id === nodeId)
  if (!node) return null
  const links = linksOf(identity, nodeId).sort(
    (a, b) => Number(a.state === 'accepted') - Number(b.state === 'accepted'),
  )
  const here = node.profileId === null || node.profileId === person.id
  const shared = !here && links.every((link) => link.state === 'accepted')
  const accepted = links.filter((link) => link.state === 'accepted')
  const shown = all ? links : links.slice(0, FEW)
  return (
    <aside className={css.panel} aria-label={t('person.panel')}>
      <div className={css.panelHead}>
        <Chip tone={here ? 'teal' : shared ? 'neutral' : 'red'}>
          {t(`person.link.${here ? 'accepted' : shared ? 'shared' : 'refused'}`)}
        </Chip>
        <CloseButton size={24} aria-label={t('design.close')} onClick={onClose} />
      </div>
      <p className={css.panelTitle}>
        {namespaceName(node.namespace, t)} {node.value}
      </p>
      {node.firstSeen && (
        <p className="meta">{t('person.panel.since', { date: format.dateTime(node.firstSeen) })}</p>
      )}
      <ul className={css.evidence}>
        {shown.map((link) => (
          <Evidence key={link.id} link={link} identity={identity} nodeId={nodeId} />
        ))}
      </ul>
      {links.length > shown.length && (
        <Button variant="subtle" size="xs" onClick={() => setAll(true)}>
          {t('person.panel.more', { count: links.length - shown.length })}
        </Button>
      )}
      {links.length === 0 && <p className="meta">{t('person.panel.noLink')}</p>}
      {here && node.scope === 'device' && <p className="meta">{t('person.panel.device')}</p>}
      {here && node.scope !== 'device' && accepted.length > 0 && mayUnmerge && (
        <Unmerge person={person} node={node} onDone={onClose} />
      )}
    </aside>
  )
}

type EvidenceProps = { link: IdentityLink; identity: Identity; nodeId: string }

function Evidence({ link, identity, nodeId }: EvidenceProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const otherId = link.from === nodeId ? link.to : link.from
  const other = identity.nodes.find((each) => each.id === otherId)
  return (
    <li className={link.state === 'accepted' ? '' : css.evidenceRefused}>
      <b>{link.reason ? localText(link.reason.text, language) : link.kind}</b>
      <span className="meta">
        {other && `${t('person.panel.with')} ${namespaceName(other.namespace, t)} ${other.value}`}
        <br />
        {format.dateTime(link.firstAt)}
      </span>
    </li>
  )
}

type UnmergeProps = { person: Person; node: IdentityNode; onDone: () => void }

function Unmerge({ person, node, onDone }: UnmergeProps) {
  const t = useT()
  const format = useFormats()
  const toast = useToast()
  const identifier = `${node.namespace}:${node.value}`
  const preview = useUnmergePreview(person.id, { identifier })
  const { unmerge, link } = useIdentityDecisions(person.id)
  const undo = () => link.mutate({ identifier, decision: 'retract' }, { onError: toast })
  const leave = () =>
    unmerge.mutate(
      { identifier },
      {
        onSuccess: () => {
          toast({ message: t('person.unmerge.done', { value: node.value }), undo })
          onDone()
        },
        onError: toast,
      },
    )
  return (
    <div className={css.unmerge}>
      {preview.isPending && <SkeletonRows count={2} height={20} />}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => preview.refetch()} />}
      {preview.data && (
        <p className="dense">
          {t('person.unmerge.preview', {
            identifiers: preview.data.identifiers.length,
            events: preview.data.events,
            n: format.number(preview.data.events),
            traits: preview.data.traits.length,
          })}
        </p>
      )}
      <div className={css.unmergeLine}>
        <Button
          variant="outline"
          color="red"
          size="xs"
          leftSection={<IconGitFork size={15} />}
          disabled={!preview.data}
          loading={unmerge.isPending}
          onClick={leave}
        >
          {t('person.unmerge')}
        </Button>
        <span className="meta">{t('person.unmerge.undo')}</span>
      </div>
    </div>
  )
}
