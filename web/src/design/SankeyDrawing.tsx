import { useComputedColorScheme } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { SankeyChart } from 'echarts/charts'
import { AriaComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useFormats } from '../i18n/format.ts'
import type { SankeyProps } from './Sankey.tsx'

use([SankeyChart, TooltipComponent, AriaComponent, SVGRenderer])

type Token = (name: string) => string

/** Room for the names at each side, in pixels; of a narrow drawing a third. */
const NAMES_PX = 190
const NAMES_MAX = 0.33
/** Over the drawing, where the middle has its name above it. */
const HEAD_PX = 24

/** The ECharts part, in a chunk of its own. */
export default function SankeyDrawing({ label, nodes, links, height = 360 }: SankeyProps) {
  const place = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const format = useFormats()
  const router = useRouter()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a theme change redraws
  useEffect(() => {
    const element = place.current
    if (!element) return
    const styles = getComputedStyle(document.documentElement)
    const token: Token = (name) => styles.getPropertyValue(name).trim()
    const chart = init(element, undefined, { renderer: 'svg' })
    chart.setOption({
      animation: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      animationDuration: 200,
      aria: { enabled: true, label: { description: label } },
      textStyle: { fontFamily: token('--font'), fontSize: 12 },
      tooltip: {
        renderMode: 'richText',
        backgroundColor: token('--overlay'),
        borderColor: token('--line-strong'),
        textStyle: { color: token('--ink'), fontSize: 12 },
        valueFormatter: (value: unknown) => format.number(Number(value ?? 0)),
      },
    })
    const draw = () => {
      const names = Math.min(NAMES_PX, element.clientWidth * NAMES_MAX)
      chart.setOption({ series: [series({ nodes, links, names }, token)] })
    }
    draw()
    chart.on('click', (event) => {
      const href = event.dataType === 'edge' ? links[event.dataIndex]?.href : null
      if (href) router.navigate({ href })
    })
    const observer = new ResizeObserver(() => {
      chart.resize()
      draw()
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.dispose()
    }
  }, [label, nodes, links, scheme, format, router])
  return <div ref={place} style={{ height }} />
}

type Drawn = Pick<SankeyProps, 'nodes' | 'links'> & { names: number }

function series({ nodes, links, names }: Drawn, token: Token) {
  const labels = new Map(nodes.map((node) => [node.id, node.label]))
  const first = Math.min(...nodes.map((node) => node.depth))
  const last = Math.max(...nodes.map((node) => node.depth))
  const inner = nodes.length > 0 && last - first > 1
  return {
    type: 'sankey' as const,
    left: names,
    right: names,
    top: inner ? HEAD_PX : 8,
    bottom: 8,
    nodeWidth: 12,
    // The names beside two thin bands are as high as a line.
    nodeGap: 15,
    draggable: false,
    layoutIterations: 0,
    emphasis: { focus: 'adjacency' as const },
    label: {
      color: token('--ink'),
      fontSize: 12,
      width: names - 14,
      overflow: 'truncate' as const,
      formatter: ({ name }: { name: string }) => labels.get(name) ?? name,
    },
    lineStyle: { color: 'source' as const, opacity: 0.28, curveness: 0.5 },
    data: nodes.map((node) => ({
      name: node.id,
      depth: node.depth,
      itemStyle: { color: token(node.color), borderWidth: 0 },
      label: {
        position:
          node.depth === first
            ? ('left' as const)
            : inner && node.depth !== last
              ? ('top' as const)
              : ('right' as const),
      },
    })),
    // A band has the colour of its outer end, so that it can be followed.
    links: links.map(({ source, target, value }) => {
      const outer =
        nodes.find((node) => node.id === source && node.depth === first) ??
        nodes.find((node) => node.id === target)
      return {
        source,
        target,
        value,
        lineStyle: { color: token(outer?.color ?? '--c6') },
        cursor: 'pointer',
      }
    }),
  }
}
