import { useComputedColorScheme } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useFormats } from '../i18n/format.ts'
import type { ChartProps, ChartSeries } from './Chart.tsx'

use([
  BarChart,
  LineChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  AriaComponent,
  LabelLayout,
  SVGRenderer,
])

/** Room for the name at the end of a line, px. */
const END_LABEL_PX = 92
const FEW = 8

/** The ECharts part, in a chunk of its own: only pages with a chart load it. */
export default function ChartDrawing({ height = 240, ...props }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const format = useFormats()
  const router = useRouter()
  const { label, categories, series, stacked, endRoom } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: a theme change redraws
  useEffect(() => {
    const element = place.current
    if (!element) return
    const styles = getComputedStyle(document.documentElement)
    const token = (name: string): string => styles.getPropertyValue(name).trim()
    const chart = init(element, undefined, { renderer: 'svg' })
    // A line is named at its end; bars have no end, so several kinds of them need a legend.
    const barsOnly = series.every((one) => one.kind === 'bar')
    chart.setOption({
      legend: barsOnly && series.length > 1 ? legend(token) : { show: false },
      animation: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      animationDuration: 200,
      aria: { enabled: true, label: { description: label } },
      textStyle: { fontFamily: token('--font'), fontSize: 11.5, color: token('--chart-axis') },
      grid: {
        left: 8,
        right: endRoom ?? (series.some((one) => one.kind !== 'bar') ? END_LABEL_PX : 16),
        top: barsOnly && series.length > 1 ? 34 : 16,
        bottom: 4,
        containLabel: true,
      },
      tooltip: {
        trigger: 'axis',
        // The policy forbids inline scripts, not inline text: plain text tooltips.
        renderMode: 'richText',
        backgroundColor: token('--overlay'),
        borderColor: token('--line-strong'),
        textStyle: { color: token('--ink'), fontSize: 12 },
        valueFormatter: (value: unknown) => format.number(Number(value ?? 0)),
      },
      xAxis: {
        type: 'category',
        data: [...categories],
        axisTick: { show: false },
        axisLine: { lineStyle: { color: token('--line-strong') } },
        axisLabel: {
          color: token('--chart-axis'),
          hideOverlap: true,
          // The names of a few classes are all needed; days can be counted.
          ...(categories.length <= FEW ? { interval: 0 } : {}),
        },
      },
      yAxis: {
        type: 'value',
        splitNumber: 4,
        splitLine: { lineStyle: { color: token('--chart-grid') } },
        axisLabel: {
          color: token('--chart-axis'),
          formatter: (value: number) => format.number(value),
        },
      },
      series: series.map((one, index) => drawn(one, { index, stacked: Boolean(stacked), token })),
    })
    chart.on('click', ({ seriesIndex = 0, dataIndex }) => {
      const href = series[seriesIndex]?.hrefs?.[dataIndex]
      if (href) router.navigate({ href })
    })
    const observer = new ResizeObserver(() => chart.resize())
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.dispose()
    }
  }, [label, categories, series, stacked, endRoom, scheme, format, router])
  return <div ref={place} style={{ height }} />
}

const legend = (token: (name: string) => string) => ({
  show: true,
  top: 0,
  left: 8,
  itemWidth: 10,
  itemHeight: 10,
  icon: 'roundRect',
  selectedMode: false,
  textStyle: { color: token('--ink-2') },
})

type Drawn = { index: number; stacked: boolean; token: (name: string) => string }

function drawn(series: ChartSeries, { index, stacked, token }: Drawn) {
  const color = token(series.color ?? `--c${(index % 6) + 1}`)
  const shared = {
    name: series.name,
    data: [...series.values],
    itemStyle: { color },
    ...(stacked ? { stack: 'all' } : {}),
    cursor: series.hrefs ? 'pointer' : 'default',
  }
  if (series.kind === 'bar') return { ...shared, type: 'bar' as const, barCategoryGap: '18%' }
  return {
    ...shared,
    type: 'line' as const,
    showSymbol: false,
    lineStyle: { width: 2, color },
    endLabel: { show: true, formatter: '{a}', color: token('--ink'), distance: 6 },
    labelLayout: { moveOverlap: 'shiftY' as const },
  }
}
