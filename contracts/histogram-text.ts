interface HistogramRow {
  readonly labels: Readonly<Record<string, string>>
  /** `counts[n]` is what lay between the bounds n - 1 and n; the last one what lay above all of them. */
  readonly counts: readonly number[]
  readonly sumMs: number
}

/**
 * A histogram that was counted elsewhere, in the Prometheus text format: buckets add up and are in seconds.
 * prom-client can only observe, one value at a time.
 */
export function histogramText(
  about: { readonly name: string; readonly help: string; readonly boundsMs: readonly number[] },
  rows: readonly HistogramRow[],
): string {
  const { name, help, boundsMs } = about
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
  for (const { labels, counts, sumMs } of rows) {
    let total = 0
    for (const [index, bound] of [...boundsMs, Number.POSITIVE_INFINITY].entries()) {
      total += counts[index] ?? 0
      const le = Number.isFinite(bound) ? String(bound / 1_000) : '+Inf'
      lines.push(`${name}_bucket${labelText({ ...labels, le })} ${total}`)
    }
    lines.push(
      `${name}_sum${labelText(labels)} ${sumMs / 1_000}`,
      `${name}_count${labelText(labels)} ${total}`,
    )
  }
  return `${lines.join('\n')}\n`
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const escaped = (value: string) =>
    value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
  return `{${Object.entries(labels)
    .map(([key, value]) => `${key}="${escaped(value)}"`)
    .join(',')}}`
}
