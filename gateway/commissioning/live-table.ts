import type { ReadLine } from './reading-line.ts'
import { printable, shortened, textTable } from './text-table.ts'

/** The latest of one sensor. */
export interface LiveReading extends ReadLine {
  readonly unit: string
  /** Of the last answered request to its device, ms; null before there was one. */
  readonly roundTripMs: number | null
}

const HEADING = ['sensor', 'value', 'quality', 'reason', 'age', 'raw', 'round trip']

/** The rows of the table at a moment, epoch ms; sensors without a reading are shown as such. */
export function tableLines(
  sensors: readonly { id: string; unit: string }[],
  readings: ReadonlyMap<string, LiveReading>,
  now: number,
): string[] {
  const rows = sensors.map(({ id, unit }) => {
    const reading = readings.get(id)
    return reading === undefined ? [id, '-', 'not read yet', '-', '-', '-', '-'] : row(reading, unit, now)
  })
  return textTable([HEADING, ...rows])
}

function row(reading: LiveReading, unit: string, now: number): string[] {
  const { sensor, value, quality, reason, raw, time, roundTripMs } = reading
  return [
    sensor,
    value === null ? '-' : `${shortened(value)} ${unit}`,
    quality,
    reason ?? '-',
    `${(Math.max(0, now - time) / 1_000).toFixed(1)} s`,
    raw === null ? '-' : typeof raw === 'number' ? String(shortened(raw)) : raw,
    roundTripMs === null ? '-' : `${roundTripMs.toFixed(1)} ms`,
  ]
}

/** One reading on a line of its own, for logs and pipes. */
export function readingText({
  sensor,
  value,
  unit,
  quality,
  reason,
  raw,
  time,
  roundTripMs,
}: LiveReading): string {
  const words = [
    new Date(time).toISOString(),
    sensor,
    value === null ? '-' : `${shortened(value)} ${unit}`,
    quality,
    reason ?? '-',
    `raw ${raw === null ? '-' : printable(String(raw))}`,
    `round trip ${roundTripMs === null ? '-' : `${roundTripMs.toFixed(1)} ms`}`,
  ]
  return words.join('  ')
}

/**
 * What draws `lines` over the `drawn` lines of the picture before. Lines are cut at the edge of the screen,
 * and what does not fit below is left out, since a picture that scrolls cannot be drawn over.
 */
export function redraw(
  lines: readonly string[],
  drawn: number,
  screen: { columns: number; rows: number },
): { text: string; drawn: number } {
  const room = Math.max(2, screen.rows - 1)
  const fitting =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `... ${lines.length - room + 1} more; a higher window shows them`]
  const up = drawn === 0 ? '' : `\u001b[${drawn}A`
  const text = fitting.map((line) => `${line.slice(0, Math.max(1, screen.columns - 1))}\u001b[K\n`).join('')
  // What the picture before had more of is wiped.
  return { text: `${up}${text}\u001b[J`, drawn: fitting.length }
}
