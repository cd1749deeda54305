import { CodedError } from '../../../errors.ts'
import type { Wave } from '../wave.ts'
import { decodeMiniseed } from './decode.ts'
import { COUNTS_PER_GAL, type MiniseedRecord } from './record.ts'

/** What the last letter of a channel code says of its axis, of 1 and 2 the nearest thing. */
const AXIS_OF: Readonly<Record<string, number>> = { N: 0, '1': 0, E: 1, '2': 1, Z: 2 }

/**
 * A file of one event: three channels of one station, of one rate, over the same time and without a gap.
 * @throws CodedError MINISEED_INVALID
 */
export function waveOfMiniseed(bytes: Uint8Array, countsPerGal = COUNTS_PER_GAL): Wave {
  const axes: MiniseedRecord[][] = [[], [], []]
  for (const record of decodeMiniseed(bytes)) {
    const axis = axes[AXIS_OF[record.channel.at(-1) ?? ''] ?? -1]
    if (axis === undefined) throw new CodedError('MINISEED_INVALID', `channel ${record.channel} is no axis`)
    axis.push(record)
  }
  const [ns, ew, ud] = axes.map((records) => joined(records, countsPerGal))
  if (ns === undefined || ew === undefined || ud === undefined)
    throw new CodedError('MINISEED_INVALID', 'not all three axes are in it')
  const isAlike = [ew, ud].every(
    ({ time, rate, samples }) => time === ns.time && rate === ns.rate && samples.length === ns.samples.length,
  )
  if (!isAlike) throw new CodedError('MINISEED_INVALID', 'the axes are not of one time, rate and length')
  return { time: ns.time, rate: ns.rate, axes: [ns.samples, ew.samples, ud.samples] }
}

function joined(records: readonly MiniseedRecord[], countsPerGal: number) {
  const [first] = records
  if (first === undefined) return undefined
  const { time, rate, channel, station, network } = first
  if (!(rate > 0)) throw new CodedError('MINISEED_INVALID', `${channel} has no rate`)
  const samples = new Float64Array(records.reduce((sum, { samples: { length } }) => sum + length, 0))
  let count = 0
  for (const record of records) {
    const late = record.time - (time + (count * 1_000) / rate)
    const isSame = record.channel === channel && record.station === station && record.network === network
    if (!isSame || record.rate !== rate || Math.abs(late) > 500 / rate)
      throw new CodedError('MINISEED_INVALID', `${channel} has a gap behind ${count} samples`)
    for (const [i, sample] of record.samples.entries()) samples[count + i] = sample / countsPerGal
    count += record.samples.length
  }
  return { time, rate, samples }
}
