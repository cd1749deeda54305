import type { RecordFormat } from '../../contracts/facility.ts'
import { type Answering, type Conduct, HEALTHY } from '../device/conduct.ts'
import { emitAnswer } from '../fault/faulty-wire.ts'
import type { Emission } from '../line/line.ts'
import { RecordMemory } from './record-memory.ts'
import { RecordWriter } from './record-writer.ts'

/** One instrument with an ASCII line: what it holds, and what is wrong with it. */
export class Instrument implements Answering {
  readonly memory = new RecordMemory()
  /** What asks it for a record; undefined when it sends by itself. */
  readonly request: Uint8Array | undefined
  /** How often it sends by itself. */
  readonly everyMs: number
  #conduct: Conduct = HEALTHY
  readonly #writer: RecordWriter

  /** @throws CodedError PATTERN_NOT_RENDERED */
  constructor(options: {
    format: RecordFormat
    everyMs: number
    fields: { numbers: readonly string[]; texts: readonly string[] }
  }) {
    const { request } = options.format
    this.request = request === undefined ? undefined : Buffer.from(request, 'latin1')
    this.everyMs = options.everyMs
    this.#writer = new RecordWriter(options.format, options.fields)
  }

  behave(conduct: Conduct): void {
    this.#conduct = conduct
  }

  /** The present record as it leaves, empty for silence. */
  speak(): readonly Emission[] {
    if (this.#conduct.isSilent) return []
    const talk = {
      request: this.request ?? new Uint8Array(0),
      answer: this.#writer.write(this.memory.fields),
      damage: this.#writer.damage,
      // Another instrument's record, or the rest of one: no start, other fields.
      foreign: () => Buffer.from('?,-1,-1\r\n', 'latin1'),
    }
    return emitAnswer(talk, this.#conduct.frameFaults)
  }
}
