const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const UNIT_BYTES = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 } as const

export const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$'
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB)$'

/** `250ms 2s 10m 8h 7d` as milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  return parse(text, new RegExp(DURATION_PATTERN), UNIT_MS)
}

/** `64MB 2GB` as bytes (powers of ten); undefined when the text is no size. */
export function parseSize(text: string): number | undefined {
  return parse(text, new RegExp(SIZE_PATTERN), UNIT_BYTES)
}

function parse(text: string, pattern: RegExp, units: Record<string, number>): number | undefined {
  const unit = pattern.test(text) ? /[a-zA-Z]+$/.exec(text)?.[0] : undefined
  const factor = unit === undefined ? undefined : units[unit]
  return factor === undefined ? undefined : Math.round(Number.parseFloat(text) * factor)
}

/** The largest unit that divides it evenly: 2000 is `2s`, 90000 is `90s`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms !== 0 && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`
  }
  return `${ms}ms`
}
