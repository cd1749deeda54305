import type { Logger } from '../../contracts/logger.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DeadLetters, type DeadLettersOptions } from '../../ingest/rejects/dead-letters.ts'
import type { DeadLetter, NewLetter, NewQuarantined, Quarantined } from '../../ingest/rejects/letter.ts'
import { RejectArchive } from '../../ingest/rejects/reject-archive.ts'

/** Quick enough to wait for; what was only counted is told at the end. */
const PACE = { flushMs: 5, restMs: 60_000, retryMs: 5 }

/** A letter of the n-th second. */
export function letter(n: number, over: Partial<NewLetter> = {}): NewLetter {
  return {
    time: n * 1_000,
    topic: 't',
    code: 'READING_INVALID',
    detail: `no ${n}`,
    count: 1,
    payload: Buffer.from('{'),
    ...over,
  }
}

export function unknown(seq: number, over: Partial<NewQuarantined> = {}): NewQuarantined {
  return {
    facility: 'plant',
    gateway: 'gw-1',
    sensor: 'GT-9',
    epoch: 'e1',
    seq,
    position: 0,
    time: 1_795_219_200_000 + seq,
    value: seq / 8,
    quality: 'good',
    shift: 0,
    ...over,
  }
}

/** Dead letters with a file, and what they log. */
export class RejectScene {
  readonly path: string
  readonly letters: DeadLetters
  readonly logged: string[] = []

  constructor(path: string, options: Partial<DeadLettersOptions> = {}) {
    this.path = path
    const note = (_fields: object, message: string) => void this.logged.push(message)
    const logger: Logger = { ...silentLogger, info: note, warn: note, error: note }
    this.letters = new DeadLetters({ path, pace: PACE, logger, ...options })
    this.letters.open()
  }

  /** What stands on the disk, the oldest first. */
  kept(): DeadLetter[] {
    return this.#read((archive) => [...archive.letters({})].reverse())
  }

  quarantined(): Quarantined[] {
    return this.#read((archive) => [...archive.quarantined({})])
  }

  /** As the command does it. */
  requeue(...sensors: string[]): number {
    const archive = RejectArchive.open(this.path)
    try {
      return archive?.requeue(({ sensor }) => sensors.includes(sensor)) ?? 0
    } finally {
      archive?.close()
    }
  }

  #read<T>(work: (archive: RejectArchive) => T[]): T[] {
    const archive = RejectArchive.open(this.path)
    try {
      return archive === undefined ? [] : work(archive)
    } finally {
      archive?.close()
    }
  }
}
