import { waveOfMiniseed } from '../../contracts/analytics/seismic/miniseed/wave-of.ts'
import { giveWay, serveThread } from '../../contracts/thread.ts'
import type { WaveformHead } from '../../contracts/waveform.ts'
import { samplesProblem } from './samples-problem.ts'
import { envelopeOf } from './wave-envelope.ts'

/** What the thread can be asked. Pure: it has no files. */
const calls = {
  problem: ({ miniseed, head }: { miniseed: Uint8Array; head: Pick<WaveformHead, 'from' | 'to' | 'rate'> }) =>
    samplesProblem(miniseed, head),
  /** @throws CodedError MINISEED_INVALID */
  envelope: ({ miniseed, points }: { miniseed: Uint8Array; points: number }) =>
    envelopeOf(waveOfMiniseed(miniseed), points),
}
export type SampleCalls = typeof calls

serveThread<SampleCalls>(() => {
  giveWay()
  return calls
})
