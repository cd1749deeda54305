/** What somebody has chosen of a variable: values, or all of them. */
export interface Chosen {
  values: readonly string[]
  /** Stands for all, as it is and without any format; without one all values are written out. */
  allValue?: string
}

/** What stands around a query when Grafana asks it. */
export interface QueryScope {
  /** Epoch ms. */
  from: number
  /** Epoch ms. */
  to: number
  intervalMs: number
  variables: Readonly<Record<string, Chosen>>
}

/** `$name`, `${name}`, `${name:format}`, `[[name]]`, `[[name:format]]`. */
const VARIABLE = /\$(\w+)|\$\{(\w+)(?::([^}]+))?\}|\[\[(\w+)(?::([^\]]+))?\]\]/g

/** How Grafana writes several values. Key: the format, after the colon. */
const FORMATS: Readonly<Record<string, (values: readonly string[]) => string>> = {
  regex: (values) => {
    const escaped = values.map(escapedForRegex)
    return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`
  },
  raw: (values) => values.join(','),
  csv: (values) => values.join(','),
  pipe: (values) => values.join('|'),
  singlequote: (values) => values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(','),
  doublequote: (values) => values.map((value) => `"${value.replaceAll('"', '\\"')}"`).join(','),
}

/**
 * A query as Grafana sends it to InfluxDB: `$timeFilter`, `$__interval` and the like, and what has been chosen.
 * @throws Error for a variable that nobody has set, which Grafana would send as it stands
 */
export function interpolated(query: string, scope: QueryScope): string {
  const { from, to, intervalMs } = scope
  const builtIn: Readonly<Record<string, string>> = {
    timeFilter: `time >= ${from}ms and time <= ${to}ms`,
    __timeFilter: `time >= ${from}ms and time <= ${to}ms`,
    __from: String(from),
    __to: String(to),
    __interval: intervalText(intervalMs),
    interval: intervalText(intervalMs),
    __interval_ms: String(intervalMs),
    __range_ms: String(to - from),
    __range_s: String(Math.round((to - from) / 1_000)),
    __range: `${Math.round((to - from) / 1_000)}s`,
  }
  return query.replaceAll(VARIABLE, (text, plain, braced, format, bracketed, bracketedFormat) => {
    const name: string = plain ?? braced ?? bracketed
    const known = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
    return known ?? written(name, scope.variables[name], format ?? bracketedFormat, text)
  })
}

function written(name: string, chosen: Chosen | undefined, format: string | undefined, text: string): string {
  if (chosen === undefined) throw new Error(`${text}: there is no variable ${name}`)
  if (chosen.allValue !== undefined) return chosen.allValue
  // The InfluxDB data source writes what has no format of its own as a part of a regular expression.
  const write = FORMATS[format ?? 'regex']
  if (write === undefined) throw new Error(`${text}: no format of Grafana is called ${format}`)
  return write(chosen.values)
}

function escapedForRegex(value: string): string {
  return value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&')
}

/** Widths of an interval that people can read off an axis, ms. */
const STEPS = [
  1, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 604_800_000,
] as const

/** The width of an interval when `points` of them fill the range: the next step that is not narrower, ms. */
export function intervalOf({ from, to }: Pick<QueryScope, 'from' | 'to'>, points: number): number {
  const exact = (to - from) / points
  return STEPS.find((step) => step >= exact) ?? STEPS[STEPS.length - 1] ?? exact
}

function intervalText(ms: number): string {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000}d`
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`
}

/** Milliseconds of `now-6h`, relative to `now`; `now` itself is `now`. */
export function relativeTime(text: string, now: number): number {
  const parts = /^now(?:-(\d+)([smhdwM]))?$/.exec(text)
  if (parts === null) throw new Error(`${text} is no relative time`)
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_592_000_000 }[
    (parts[2] ?? 's') as 's' | 'm' | 'h' | 'd' | 'w' | 'M'
  ]
  return now - Number(parts[1] ?? 0) * unit
}
