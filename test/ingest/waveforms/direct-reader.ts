import { waveOfMiniseed } from '../../../contracts/analytics/seismic/miniseed/wave-of.ts'
import type { SampleReader } from '../../../ingest/waveforms/sample-reader.ts'
import { samplesProblem } from '../../../ingest/waveforms/samples-problem.ts'
import { envelopeOf } from '../../../ingest/waveforms/wave-envelope.ts'

/** What the thread does, without one. */
export const directReader: SampleReader = {
  problem: async (miniseed, head) => samplesProblem(miniseed, head),
  envelope: async (miniseed, points) => envelopeOf(waveOfMiniseed(miniseed), points),
  close: async () => undefined,
}
