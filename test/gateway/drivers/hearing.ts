import type { RecordFormat } from '../../../contracts/facility.ts'
import type { Discard, ReadOutcome, RegisterRequest, Request } from '../../../gateway/drivers/driver.ts'
import type { Framing } from '../../../gateway/drivers/framing.ts'
import { Input } from '../../../gateway/drivers/input.ts'

export function registers(parts: Partial<RegisterRequest> = {}): RegisterRequest {
  return { kind: 'registers', unitId: 1, table: 'holding', address: 0, count: 2, ...parts }
}

export function record(parts: Partial<RecordFormat> = {}): { kind: 'record'; format: RecordFormat } {
  const format: RecordFormat = {
    request: 'R\r',
    start: '',
    end: { delimiter: '\r\n' },
    fields: { separator: ',' },
    checksum: { kind: 'none', encoding: 'hex', marker: '' },
    ...parts,
  }
  return { kind: 'record', format }
}

/** A format of an instrument that sends by itself. */
export function unprompted(parts: Partial<RecordFormat> = {}): { kind: 'record'; format: RecordFormat } {
  const { request: _, ...format } = record(parts).format
  return { kind: 'record', format }
}

/** An input with its counter and its own numbering of requests. */
export class Hearing {
  readonly discards: Discard[] = []
  readonly input: Input
  readonly #framing: Framing
  #number = 0

  constructor(framing: Framing, ignored?: string) {
    this.#framing = framing
    const counter = { discard: (kind: Discard) => void this.discards.push(kind) }
    const text = ignored === undefined ? {} : { ignored: Buffer.from(ignored, 'latin1') }
    this.input = new Input({ framing, counter, ...text })
  }

  ask(request: Request): Uint8Array {
    this.#number += 1
    const bytes = this.#framing.encode(request, this.#number)
    this.input.ask({ request, bytes, number: this.#number })
    return bytes
  }

  /** What the first chunk with an answer gives. */
  hear(...chunks: (Uint8Array | string)[]): ReadOutcome | undefined {
    let heard: ReadOutcome | undefined
    for (const chunk of chunks) {
      heard ??= this.input.receive(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)
    }
    return heard
  }

  /** Asks, hears it all, and lets the time run out when there is no answer. */
  outcome(request: Request, ...chunks: (Uint8Array | string)[]): ReadOutcome | 'out-of-step' {
    this.ask(request)
    const heard = this.hear(...chunks)
    if (heard === undefined && this.input.isOutOfStep) return 'out-of-step'
    return heard ?? this.input.giveUp()
  }
}

export function words(...values: number[]): ReadOutcome {
  return { ok: true, data: { kind: 'words', words: values } }
}

export function fields(entries: Record<string, string>): ReadOutcome {
  return { ok: true, data: { kind: 'record', fields: new Map(Object.entries(entries)) } }
}

export function failed(kind: string, code?: number) {
  return { ok: false, failed: { kind, ...(code === undefined ? {} : { code }) } }
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex')
}
