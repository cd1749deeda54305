import type { ChainReport, Flaw } from './chain-check.ts'

/** What was found, for people. */
export function reportText(report: ChainReport): string {
  return [report.ok ? wholeLine(report) : brokenLine(report), ...notes(report)]
    .map((line) => `${line}\n`)
    .join('')
}

function wholeLine({ facility, from, entries, head }: ChainReport): string {
  if (entries === 0) return `${facility}: no entries`
  const last = from + entries - 1
  const range = entries === 1 ? `entry ${from} is as it was` : `entries ${from} to ${last} are as they were`
  return `${facility}: ${range} entered, head ${head}`
}

function brokenLine({ facility, count, flaws: [first] }: ChainReport): string {
  const where = first?.n === null || first === undefined ? '' : `, the first at entry ${first.n}`
  return `${facility}: BROKEN, ${count === 1 ? 'one thing is' : `${count} things are`} wrong${where}`
}

function notes(report: ChainReport): string[] {
  const { from, segments, signed, outlived, count, flaws } = report
  const lines = flaws.map(flawLine)
  if (count > flaws.length) lines.push(`... and ${count - flaws.length} more`)
  if (from > 1)
    lines.push(`entries up to ${from - 1} were dropped for their age; the rest is verified from there`)
  if (signed !== null) lines.push(`${signed} of ${segments} segments are signed with a key given`)
  if (outlived > 0) lines.push(`anchors within what was dropped, which prove nothing any more: ${outlived}`)
  lines.push(anchorLine(report))
  return lines.map((line) => `  ${line}`)
}

function flawLine({ n, seq, time, detail }: Flaw): string {
  const at = [...(seq === null ? [] : [`seq ${seq}`]), ...(time === null ? [] : [timeText(time)])].join(', ')
  const entry = n === null ? 'an entry' : `entry ${n}`
  return `${entry}${at === '' ? '' : ` (${at})`}: ${detail}`
}

function anchorLine({ ok, from, entries, anchored, anchors }: ChainReport): string {
  const unproven = 'whether entries were cut off at the end, or all were made anew, cannot be proven'
  if (anchored === null)
    return anchors > 0 && !ok
      ? 'the anchors prove nothing, since something is wrong before them'
      : `no anchor: ${unproven}`
  if (ok && anchored === from + entries - 1)
    return `complete: the anchor is entry ${anchored}, the last there is`
  return `complete up to the anchor, entry ${anchored}; whether the end was cut off after it cannot be proven`
}

/** A forged time need not be one. */
function timeText(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? `time ${time}` : date.toISOString()
}
