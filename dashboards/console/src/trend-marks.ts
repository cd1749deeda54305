import type uPlot from 'uplot'
import type { Priority } from '../../../contracts/facility-schema.ts'

/** An alarm limit as the trend draws it. */
export interface LimitLine {
  value: number
  priority: Priority
  /** The label of a low limit stands beneath its line. */
  isLow: boolean
  label: string
}

/** Darker than the marks, since lines are thin. Key: priority. */
const LINE_COLOURS: Readonly<Record<Priority, string>> = {
  critical: '#c8102e',
  high: '#c05a00',
  medium: '#8a6d00',
  low: '#1f6f94',
}

/** Sizes are in CSS pixels and scaled to the screen's. */
const LABEL_PX = 14
const HATCH_PX = 8

/** Dashed lines with name, value and priority, over the curve so that they are never hidden. */
export function drawLimits(plot: uPlot, limits: readonly LimitLine[]): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  const taken: Box[] = []
  ctx.save()
  ctx.font = `600 ${LABEL_PX * scale}px system-ui, "Noto Sans CJK SC", sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const limit of limits) {
    const y = Math.round(plot.valToPos(limit.value, 'y', true))
    ctx.strokeStyle = LINE_COLOURS[limit.priority]
    ctx.lineWidth = 1.5 * scale
    ctx.setLineDash([8 * scale, 5 * scale])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    const width = ctx.measureText(limit.label).width + 10 * scale
    const box = placeLabel({ bbox, taken, y, width, isLow: limit.isLow, scale })
    taken.push(box)
    ctx.fillStyle = 'rgb(255 255 255 / 0.85)'
    ctx.fillRect(box.left, box.top, width, box.height)
    ctx.fillStyle = LINE_COLOURS[limit.priority]
    ctx.fillText(limit.label, box.left + 5 * scale, box.top + box.height / 2)
  }
  ctx.restore()
}

interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** Over what is oldest, never over what is now; further right when the label of a neighbouring limit stands there. */
function placeLabel(label: {
  bbox: uPlot.BBox
  taken: readonly Box[]
  y: number
  width: number
  isLow: boolean
  scale: number
}): Box {
  const { bbox, taken, y, width, scale } = label
  const height = (LABEL_PX + 6) * scale
  const beneath = y + 3 * scale
  const fitsBeneath = beneath + height <= bbox.top + bbox.height
  const top = label.isLow && fitsBeneath ? beneath : y - height - 3 * scale
  const rivals = taken.filter((box) => Math.abs(box.top - top) < height)
  const left = Math.max(bbox.left, ...rivals.map((box) => box.left + box.width + 8 * scale))
  return { left, top, width, height }
}

/** Hatched and named, since grey alone could be a grid. @param stretches epoch seconds [from, to] */
export function shadeBad(plot: uPlot, stretches: readonly [number, number][], label: string): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  for (const [from, to] of merged(stretches)) {
    const left = Math.max(bbox.left, plot.valToPos(from, 'x', true))
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true))
    if (right <= left) continue
    const width = Math.max(right - left, 3 * scale)
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, bbox.top, width, bbox.height)
    ctx.clip()
    ctx.fillStyle = '#e9e4e4'
    ctx.fillRect(left, bbox.top, width, bbox.height)
    ctx.strokeStyle = '#b9a9ab'
    ctx.lineWidth = scale
    ctx.beginPath()
    for (let x = left - bbox.height; x < left + width; x += HATCH_PX * scale) {
      ctx.moveTo(x, bbox.top + bbox.height)
      ctx.lineTo(x + bbox.height, bbox.top)
    }
    ctx.stroke()
    nameStretch(ctx, { label, left, width, top: bbox.top, scale })
    ctx.restore()
  }
}

function nameStretch(
  ctx: CanvasRenderingContext2D,
  stretch: { label: string; left: number; width: number; top: number; scale: number },
): void {
  const { label, left, width, top, scale } = stretch
  ctx.font = `700 ${LABEL_PX * scale}px system-ui, "Noto Sans CJK SC", sans-serif`
  const needed = ctx.measureText(label).width + 12 * scale
  if (needed > width) return
  const middle = left + width / 2
  ctx.fillStyle = '#ffffff'
  ctx.fillRect(middle - needed / 2, top + 6 * scale, needed, 22 * scale)
  ctx.fillStyle = '#7a1020'
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(label, middle, top + 17 * scale)
}

/** Neighbouring bad buckets are one stretch. */
function merged(stretches: readonly [number, number][]): [number, number][] {
  const whole: [number, number][] = []
  for (const [from, to] of stretches) {
    const last = whole.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else whole.push([from, to])
  }
  return whole
}
