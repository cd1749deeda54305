import uPlot from 'uplot'
import type { Axis } from '../../../../contracts/analytics/seismic/wave.ts'
import { formatIso } from '../../../../contracts/iso-time.ts'
import type { WaveformSamples } from '../../../../contracts/waveform-api.ts'
import { markText } from '../number-text.ts'
import { clockOf } from '../time-text.ts'

/** A moment that is marked on every axis. */
export interface WaveMark {
  readonly timeMs: number
  readonly label: string
  readonly colour: string
}

export interface WavePlotOptions {
  container: HTMLElement
  axis: Axis
  samples: WaveformSamples
  /** Greatest acceleration of all axes, Gal. */
  peak: number
  marks: readonly WaveMark[]
  timezone: string
  /** The others of the event: cursors go together. */
  group: string
  /** It has the times beneath it. */
  isLast: boolean
}

const FONT = '14px system-ui, "Segoe UI", "Noto Sans CJK SC", sans-serif'
const INK = '#2b4a6f'
const GRID = '#e3e6ea'
const HEIGHT = 140
const TIMES_HEIGHT = 40
const LABEL_PX = 13
/** Over the greatest acceleration there is room for the names of marks. */
const HEADROOM = 1.25

/** One axis of an event: the band between the least and the greatest of each stretch. */
export class WavePlot {
  readonly #plot: uPlot
  readonly #resize: ResizeObserver

  constructor(options: WavePlotOptions) {
    this.#plot = new uPlot(plotOptions(options), columnsOf(options), options.container)
    this.#resize = new ResizeObserver(() => this.#plot.setSize(sizeOf(options)))
    this.#resize.observe(options.container)
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }
}

function columnsOf({ samples, axis }: WavePlotOptions): [number[], number[], number[]] {
  const { min, max } = samples.axes[axis]
  const from = Date.parse(samples.from)
  return [max.map((_, index) => (from + index * samples.everyMs) / 1_000), max, min]
}

function plotOptions(options: WavePlotOptions): uPlot.Options {
  const { peak, timezone, group, isLast, marks } = options
  const timeOf = (seconds: number) => clockOf(formatIso(Math.round(seconds * 1_000), timezone))
  const bound = peak * HEADROOM || 1
  const line = { stroke: INK, width: 1, points: { show: false } }
  return {
    ...sizeOf(options),
    legend: { show: false },
    // The same for all three, so that one moment stands below the other.
    padding: [6, 24, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: group } },
    scales: { x: { time: true }, y: { range: () => [-bound, bound] } },
    axes: [
      {
        font: FONT,
        stroke: '#4a525b',
        grid: { stroke: GRID, width: 1 },
        ticks: { show: isLast, stroke: GRID, width: 1 },
        size: isLast ? TIMES_HEIGHT : 0,
        space: 80,
        values: (_, splits) => splits.map((at) => (isLast ? timeOf(at) : '')),
      },
      {
        font: FONT,
        stroke: '#4a525b',
        grid: { stroke: GRID, width: 1 },
        ticks: { stroke: GRID, width: 1 },
        size: 64,
        space: 26,
        values: (_, splits, __, ___, step) => splits.map((at) => markText(at, step)),
      },
    ],
    series: [{}, line, line],
    bands: [{ series: [1, 2], fill: 'rgb(43 74 111 / 0.55)' }],
    hooks: { draw: [(plot) => drawMarks(plot, marks)] },
  }
}

function sizeOf({ container, isLast }: WavePlotOptions): { width: number; height: number } {
  return { width: Math.max(280, container.clientWidth), height: HEIGHT + (isLast ? TIMES_HEIGHT : 0) }
}

/** Dashed lines with their names, those of one moment one below the other. */
function drawMarks(plot: uPlot, marks: readonly WaveMark[]): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  ctx.save()
  ctx.font = `600 ${LABEL_PX * scale}px system-ui, "Noto Sans CJK SC", sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'top'
  for (const [row, { timeMs, label, colour }] of marks.entries()) {
    const x = Math.round(plot.valToPos(timeMs / 1_000, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = colour
    ctx.lineWidth = 1.5 * scale
    ctx.setLineDash([6 * scale, 4 * scale])
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    const width = ctx.measureText(label).width + 8 * scale
    const isRight = x + width > bbox.left + bbox.width
    const left = isRight ? x - width : x
    const top = bbox.top + (2 + row * (LABEL_PX + 4)) * scale
    ctx.fillStyle = 'rgb(255 255 255 / 0.85)'
    ctx.fillRect(left, top, width, (LABEL_PX + 3) * scale)
    ctx.fillStyle = colour
    ctx.fillText(label, left + 4 * scale, top + scale)
  }
  ctx.restore()
}
