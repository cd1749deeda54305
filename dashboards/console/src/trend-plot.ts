import uPlot from 'uplot'
import type { SensorView } from '../../../contracts/api.ts'
import type { Priority } from '../../../contracts/facility-schema.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import { limitText, markText, type NumberStyle, readingText, stepAt } from './number-text.ts'
import { clockOf } from './time-text.ts'
import type { TrendColumns } from './trend-data.ts'
import { drawLimits, type LimitLine, shadeBad } from './trend-marks.ts'
import { valueRange } from './value-range.ts'

/** What stays the same while a trend is shown. */
export interface TrendPlotOptions {
  container: HTMLElement
  sensor: SensorView
  style: NumberStyle
  /** IANA name, for the time axis. */
  timezone: string
  labels: { time: string; mean: string; min: string; max: string; bad: string; limit: string }
  priorityNames: Readonly<Record<Priority, string>>
}

const FONT = '14px system-ui, "Segoe UI", "Noto Sans CJK SC", sans-serif'
const INK = '#2b4a6f'
const GRID = '#e3e6ea'
/** There is nothing between two states. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100]

/** The chart of one sensor: mean line, minimum-to-maximum band, limits, bad stretches. */
export class TrendPlot {
  readonly #plot: uPlot
  readonly #resize: ResizeObserver
  #columns: TrendColumns = { times: [], max: [], min: [], mean: [], bad: [] }

  constructor(options: TrendPlotOptions) {
    const limits = limitLines(options)
    this.#plot = new uPlot(this.#plotOptions(options, limits), [[], [], [], []], options.container)
    this.#resize = new ResizeObserver(() => this.#plot.setSize(sizeOf(options.container)))
    this.#resize.observe(options.container)
  }

  /** Shows other points; the window is in epoch ms. */
  show(columns: TrendColumns, window: { fromMs: number; toMs: number }): void {
    this.#columns = columns
    this.#plot.batch(() => {
      this.#plot.setData([columns.times, columns.max, columns.min, columns.mean], false)
      this.#plot.setScale('x', { min: window.fromMs / 1_000, max: window.toMs / 1_000 })
    })
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }

  #plotOptions(options: TrendPlotOptions, limits: readonly LimitLine[]): uPlot.Options {
    const { labels, style } = options
    const isState = options.sensor.kind === 'state'
    const step = isState ? undefined : (value: number) => stepAt(value, style)
    const number = (_: uPlot, value: number | null) =>
      value === null || value === undefined ? '–' : readingText(value, style)
    const paths = pathsOf(options.sensor)
    const edge = { stroke: 'transparent', value: number, points: { show: false }, ...paths }
    const timeOf = (seconds: number) => clockOf(formatIso(Math.round(seconds) * 1_000, options.timezone))
    return {
      ...sizeOf(options.container),
      legend: { live: true },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: true },
        y: { range: (_, low, high) => valueRange([low, high, ...limits.map(({ value }) => value)], step) },
      },
      axes: [
        {
          font: FONT,
          stroke: '#4a525b',
          grid: { stroke: GRID, width: 1 },
          ticks: { stroke: GRID, width: 1 },
          space: 90,
          values: (_, splits, __, ___, step) =>
            splits.map((at) => (step >= 60 ? timeOf(at).slice(0, 5) : timeOf(at))),
        },
        {
          font: FONT,
          stroke: '#4a525b',
          grid: { stroke: GRID, width: 1 },
          ticks: { stroke: GRID, width: 1 },
          size: 64,
          values: (_, splits, __, ___, step) => splits.map((at) => markText(at, step)),
          ...(isState ? { incrs: WHOLE_STEPS } : {}),
        },
      ],
      series: [
        { label: labels.time, value: (_, at) => (at === null || at === undefined ? '–' : timeOf(at)) },
        { label: labels.max, ...edge },
        { label: labels.min, ...edge },
        {
          label: labels.mean,
          stroke: INK,
          width: 2,
          value: number,
          points: { size: 5, fill: INK },
          ...paths,
        },
      ],
      bands: [{ series: [1, 2], fill: 'rgb(43 74 111 / 0.2)' }],
      hooks: {
        drawClear: [(plot) => shadeBad(plot, this.#columns.bad, labels.bad)],
        draw: [(plot) => drawLimits(plot, limits)],
      },
    }
  }
}

/** A state holds until it is another: a slope would say that a vote tripped bit by bit, before it did. */
function pathsOf({ kind }: Pick<SensorView, 'kind'>): Pick<uPlot.Series, 'paths'> {
  const stepped = kind === 'state' ? uPlot.paths.stepped?.({ align: 1 }) : undefined
  return stepped === undefined ? {} : { paths: stepped }
}

function sizeOf(container: HTMLElement): { width: number; height: number } {
  const width = Math.max(280, container.clientWidth)
  return { width, height: width < 600 ? 280 : 380 }
}

function limitLines(options: TrendPlotOptions): LimitLine[] {
  return options.sensor.limits.flatMap(({ key, when, limit, priority }) =>
    limit === null
      ? []
      : [
          {
            value: limit,
            priority,
            isLow: when === 'low',
            label: `${key} ${limitText(limit)} · ${options.priorityNames[priority]}`,
          },
        ],
  )
}
