import { SeqRanges } from '../../contracts/seq-ranges.ts'
import type { Confirm, Refusal } from '../../contracts/wire.ts'
import type { BatchIdentity } from './batch-decode.ts'
import type { GatewayWatch } from './gateway-watch.ts'

interface Pending {
  watch: GatewayWatch
  /** Key: epoch. */
  epochs: Map<string, { seqs: SeqRanges; refused: Refusal[] }>
}

export interface ConfirmationsOptions {
  send: (gateway: string, confirm: Confirm) => void
  credit: (watch: GatewayWatch) => number
  moment: () => { monotonic: number; now: number }
  /** Runs a job once the present turn is over. */
  defer: (job: () => void) => void
}

/** Tells gateways what is done with: one message for all batches that became durable together. */
export class Confirmations {
  readonly #options: ConfirmationsOptions
  /** Key: gateway id. */
  #pending = new Map<string, Pending>()

  constructor(options: ConfirmationsOptions) {
    this.#options = options
  }

  /** A batch is done with, and what of it was refused. */
  add(watch: GatewayWatch, { epoch, seq }: BatchIdentity, refused: readonly Refusal[] = []): void {
    if (this.#pending.size === 0) this.#options.defer(() => this.#flush())
    const pending = this.#pending.get(watch.gateway.id) ?? { watch, epochs: new Map() }
    this.#pending.set(watch.gateway.id, pending)
    const done = pending.epochs.get(epoch) ?? { seqs: new SeqRanges(), refused: [] }
    pending.epochs.set(epoch, done)
    done.seqs.add(seq)
    done.refused.push(...refused)
  }

  #flush(): void {
    const { send, credit, moment } = this.#options
    const { monotonic, now } = moment()
    const pending = this.#pending
    this.#pending = new Map()
    for (const [gateway, { watch, epochs }] of pending) {
      for (const [epoch, { seqs, refused }] of epochs) {
        send(gateway, {
          epoch,
          seqs: seqs.toJSON(),
          ...(refused.length === 0 ? {} : { refused }),
          credit: credit(watch),
          ...(watch.asksSnapshot(monotonic) ? { snapshot: true } : {}),
          time: now,
        })
      }
    }
  }
}
