import { parseLines } from '../ingest/line-protocol-parser.ts'

/** Answers a question for the readings of one sensor from lines that were written, as InfluxQL would; times in ms. */
export function storedQuery(lines: () => readonly string[]): (statement: string) => object {
  let parsed: ReturnType<typeof parseLines> | undefined
  return (statement) => {
    parsed ??= parseLines(`${lines().join('\n')}\n`)
    const asked =
      /"sensor" = '([^']+)' AND time >= (\d+)ms AND time < (\d+)ms ORDER BY time LIMIT (\d+)$/.exec(statement)
    if (asked === null) throw new Error(`no such question: ${statement}`)
    const [, sensor, from, to, limit] = asked
    const values = parsed
      .filter(
        ({ tags, time }) =>
          tags.sensor === sensor && Number(time) >= Number(from) && Number(time) < Number(to),
      )
      .map(({ time, fields }) => [
        Number(time),
        fields.value ?? null,
        Number(fields.quality),
        fields.reason ?? '',
      ])
      .sort(([a], [b]) => Number(a) - Number(b))
      .slice(0, Number(limit))
    const columns = ['time', 'value', 'quality', 'reason']
    return { results: [values.length === 0 ? {} : { series: [{ name: 'gas', columns, values }] }] }
  }
}
