import { CodedError } from '../../../contracts/errors.ts'
import type { Gap } from '../../../contracts/wire.ts'
import { DiskDesk } from '../../../gateway/outbox/disk/disk-desk.ts'
import type { StartDisk } from '../../../gateway/outbox/disk-link.ts'
import type { BatchKey, Outbox, OutboxEvents, SealedBatch } from '../../../gateway/outbox/outbox.ts'

/** What a gateway tells of its batches: 10 readings each, a second long. */
export function batchOf(seq: number, given: Partial<SealedBatch> = {}): SealedBatch {
  const from = 1_000 * seq
  const { epoch = 'e', gaps = [] } = given
  const readings = Array.from({ length: given.readings ?? 10 }, (_, n) => ({
    sensor: `GT-${n}`,
    time: from + n,
    value: (seq * 10 + n) / 10,
  }))
  const content = {
    epoch,
    seq,
    sent: from + 999,
    total: seq * readings.length,
    snapshot: false,
    polled: { panel: from },
    readings,
    gaps,
    clock: { drift: 0, steps: 0 },
  }
  return {
    epoch,
    seq,
    payload: Buffer.from(JSON.stringify(content)),
    readings: readings.length,
    from,
    to: from + 9,
    gaps,
    ...given,
  }
}

/** Events that a test can look at, of an outbox nobody sends from. */
export class Watch implements OutboxEvents {
  readonly gone: string[] = []
  sent: BatchKey[] = []

  onGone(...[epoch, ranges]: Parameters<OutboxEvents['onGone']>): void {
    for (const [first, last] of ranges) this.gone.push(`${epoch}:${first}-${last}`)
  }

  underWay(): Iterable<BatchKey> {
    return this.sent
  }
}

export const seqsOf = (outbox: Pick<Outbox, 'keys'>) => [...outbox.keys()].map(({ seq }) => seq)

/** `full 1-4,6 (50)`. */
export const gapText = ({ epoch, seqs, count, reason }: Gap) =>
  `${epoch} ${reason} ${seqs.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join()} (${count})`

/** What can be done to the disk of a test. */
export class TestDisk {
  /** Calls that were asked for, in order. */
  readonly calls: string[] = []
  /** Answers with this instead of doing it. */
  fault: CodedError | undefined
  /** Answers nothing until {@link wake}. */
  isHanging = false
  /** Only calls of this name meet `fault` and `isHanging`. */
  only: string | undefined
  readonly #waiting: (() => void)[] = []
  readonly #desks: DiskDesk[] = []

  wake(): void {
    this.isHanging = false
    for (const go of this.#waiting.splice(0)) go()
  }

  /** The process is gone: nothing is answered any more, and the file is free. */
  kill(): void {
    this.isHanging = true
    this.only = undefined
    for (const desk of this.#desks) desk.close()
  }

  /** The real file in this thread: a test has no time to wait for threads. */
  readonly start: StartDisk = (options, { onNews }) => {
    const desk = new DiskDesk(options, onNews)
    this.#desks.push(desk)
    let isDead = false
    const perform = async (name: string, argument: unknown): Promise<unknown> => {
      this.calls.push(name)
      const isMeant = this.only === undefined || this.only === name
      if (this.isHanging && isMeant) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      if (isDead) throw new CodedError('THREAD_ENDED', 'it was killed')
      if (this.fault !== undefined && isMeant) throw this.fault
      const calls = desk as unknown as Record<string, (argument: unknown) => unknown>
      // Threads get copies.
      return structuredClone(calls[name]?.call(desk, structuredClone(argument)))
    }
    return {
      call: perform as ReturnType<StartDisk>['call'],
      close: async () => desk.close(),
      kill: async () => {
        isDead = true
        desk.close()
      },
    }
  }
}
