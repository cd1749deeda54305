import { join } from 'node:path'
import type { Logger } from '../../contracts/logger.ts'
import type { WaveformView } from '../../contracts/waveform-api.ts'
import { SampleThread } from './sample-reader.ts'
import { WAVEFORMS_FOLDER } from './waveform-backup.ts'
import { WaveformShelf } from './waveform-shelf.ts'

interface Opened {
  readonly waveforms: WaveformShelf
  readonly onWaveform: (view: WaveformView) => void
}

/** The events that a facility has, and who is told of new ones. @throws CodedError DATA_UNREADABLE */
export async function openWaveforms(options: {
  /** server.data. */
  data: string
  facility: { readonly id: string }
  stream: { send(event: 'waveform', view: WaveformView): void }
  logger: Logger
}): Promise<Opened> {
  const { data, facility, stream, logger } = options
  const folder = join(data, WAVEFORMS_FOLDER, facility.id)
  const waveforms = await WaveformShelf.open({ folder, reader: new SampleThread(), logger })
  return { waveforms, onWaveform: (view) => stream.send('waveform', view) }
}
