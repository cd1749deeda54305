import { readFileSync } from 'node:fs'
import type { Wave } from '../../../../contracts/analytics/seismic/wave.ts'

/** The record of the Japan Meteorological Agency (see the .md beside it), from the beginning of a second on. */
export function yonago(): Wave {
  const url = new URL('../../../vectors/jma_yonago_20001006.csv', import.meta.url)
  const rows = readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
  const axis = (column: number) => Float64Array.from(rows, (row) => row[column] ?? Number.NaN)
  return { time: Date.UTC(2000, 9, 6, 4, 30), rate: 100, axes: [axis(0), axis(1), axis(2)] }
}
