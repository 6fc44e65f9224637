import '@xyflow/react/dist/style.css'
import { IconX } from '@tabler/icons-react'
import { type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePersonName } from '../people/columns.tsx'
import { HUB, layoutGraph, NODE, type NodeState, type Placed } from './graph.ts'
import { NamespaceIcon } from './NamespaceIcon.tsx'
import css from './person.module.css'
import type { Identity, Person } from './types.ts'
import { namespaceName } from './words.ts'

type IdentityGraphProps = {
  person: Person
  identity: Identity
  width: number
  selected: string | null
  onSelect: (nodeId: string) => void
}

type IdentifierData = { placed: Placed; selected: boolean; onSelect: (id: string) => void }
type HubData = { name: string; count: number }
type IdentifierNode = Node<IdentifierData, 'identifier'>
type HubNode = Node<HubData, 'hub'>

/** The identifiers around their person; every node says why it is there. */
export function IdentityGraph(props: IdentityGraphProps) {
  const t = useT()
  const { identity, person, width, selected, onSelect } = props
  const name = usePersonName()(person)
  const layout = useMemo(
    () => layoutGraph(identity, person.id, width),
    [identity, person.id, width],
  )
  const nodes: (IdentifierNode | HubNode)[] = [
    {
      id: 'hub',
      type: 'hub',
      position: { x: layout.hub.x - HUB / 2, y: layout.hub.y - HUB / 2 },
      data: { name, count: layout.placed.filter((each) => each.state === 'accepted').length },
      width: HUB,
      height: HUB,
    },
    ...layout.placed.map(
      (placed): IdentifierNode => ({
        id: placed.node.id,
        type: 'identifier',
        position: { x: placed.x, y: placed.y },
        data: { placed, selected: placed.node.id === selected, onSelect },
        width: layout.nodeWidth,
        height: NODE.height,
        // The picture takes no pointer (nothing is dragged), but its nodes are buttons.
        style: { pointerEvents: 'all' },
      }),
    ),
  ]
  const edges: Edge[] = layout.placed.map((placed) => ({
    id: `edge-${placed.node.id}`,
    source: placed.node.id,
    target: 'hub',
    targetHandle: placed.side,
    className: `${css.edge} ${EDGE_LOOK[placed.state] ?? css.edgeRefused}`,
    focusable: false,
  }))
  return (
    <section
      className={css.graph}
      style={{ height: layout.height }}
      aria-label={t('person.identities.picture')}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        panOnDrag={false}
        zoomOnScroll={false}
        zoomOnPinch={false}
        zoomOnDoubleClick={false}
        preventScrolling={false}
        disableKeyboardA11y
      />
    </section>
  )
}

function Hub({ data }: NodeProps<HubNode>) {
  const t = useT()
  const initials = data.name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')
  return (
    <div className={css.hub}>
      <div className={css.hubLabel}>
        <strong>{t('person.identities.hub')}</strong>
        <span>{t('people.identifiers', { count: data.count })}</span>
      </div>
      {initials}
      <Handle id="left" type="target" position={Position.Left} className={css.handle} />
      <Handle id="right" type="target" position={Position.Right} className={css.handle} />
    </div>
  )
}

function Identifier({ data }: NodeProps<IdentifierNode>) {
  const t = useT()
  const language = useLanguage()
  const { placed, selected, onSelect } = data
  const refused = placed.state !== 'accepted' && placed.state !== 'shared'
  const reason =
    placed.state === 'shared'
      ? t('person.identities.shared')
      : placed.link?.reason
        ? localText(placed.link.reason.text, language)
        : t('person.identities.first')
  const look = `${css.node} ${refused ? css.nodeRefused : ''} ${selected ? css.nodeSelected : ''}`
  return (
    <button
      type="button"
      className={look}
      title={placed.node.value}
      aria-pressed={selected}
      onClick={() => onSelect(placed.node.id)}
    >
      <span className={css.nodeIcon}>
        {refused ? (
          <IconX size={15} aria-hidden />
        ) : (
          <NamespaceIcon namespace={placed.node.namespace} scope={placed.node.scope} />
        )}
      </span>
      <span className={css.nodeText}>
        <strong>{namespaceName(placed.node.namespace, t)}</strong>
        <span className="ellipsis">{placed.node.value}</span>
        <span className={css.nodeWhy} title={reason}>
          {reason}
        </span>
      </span>
      <Handle
        type="source"
        position={placed.side === 'left' ? Position.Right : Position.Left}
        className={css.handle}
      />
    </button>
  )
}

/** Where an edge differs from the plain one of an accepted link. */
const EDGE_LOOK: Partial<Record<NodeState, string | undefined>> = {
  accepted: '',
  shared: css.edgeShared,
}

const nodeTypes = { hub: Hub, identifier: Identifier }
