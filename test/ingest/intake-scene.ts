import { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'
import type { Facility } from '../../contracts/facility.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Batch, Confirm } from '../../contracts/wire.ts'
import { DeliveryMarks, type Lane } from '../../ingest/intake/delivery-marks.ts'
import { Intake } from '../../ingest/intake/intake.ts'
import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { plant } from './plant.ts'

/** What an intake asked its ports for, in order. */
export type Step =
  | { did: 'evaluate'; evidence: EvidenceBatch }
  | { did: 'lost' | 'heard'; gateway: string }
  | { did: 'condition'; gateway: string; skewS?: number; configDiffers?: boolean }
  | { did: 'store'; readings: readonly Reading[] }
  | { did: 'confirm'; gateway: string; confirm: Confirm }
  | { did: 'show'; sensor: string }

/** An intake between fake ports that write down what they are asked, in virtual time. */
export class IntakeScene {
  readonly clock = new SettableClock(1_795_219_200_000)
  readonly steady = new SteadyClock(this.clock)
  readonly steps: Step[] = []
  readonly deadLetters = new DeadLetters()
  readonly facility: Facility = plant()
  readonly warnings: string[] = []
  intake: Intake
  /** While set, the journal or the store fails, or never answers. */
  journal: 'works' | 'fails' | 'hangs' = 'works'
  store: 'works' | 'fails' | 'hangs' = 'works'

  constructor() {
    this.intake = this.#intake(new Map())
  }

  /** The server starts again with what it kept. */
  restart(): void {
    const kept = [...this.intake.watches].map(
      ([id, { marks }]) => [id, DeliveryMarks.parse(JSON.stringify(marks))] as const,
    )
    this.intake = this.#intake(new Map(kept))
  }

  get now(): number {
    return this.steady.now()
  }

  /** A batch as bytes; what is not given is that of an empty one sent now. */
  batch(given: Partial<Batch> = {}): Buffer {
    return Buffer.from(JSON.stringify({ epoch: 'e1', seq: 1, sent: this.now, readings: [], ...given }))
  }

  send(payload: Buffer, lane: Lane = 'live', gateway = 'gw-1'): Promise<void> {
    const channel = lane === 'live' ? 'readings' : 'backlog'
    return this.intake.batch(gateway, lane, {
      topic: `davylamp/v1/plant/gateways/${gateway}/${channel}`,
      payload,
    })
  }

  /** Makes a batch and sends it live. */
  live(given: Partial<Batch> = {}, gateway = 'gw-1'): Promise<void> {
    return this.send(this.batch(given), 'live', gateway)
  }

  state(message: object, gateway = 'gw-1'): void {
    this.intake.state(gateway, { topic: 'state', payload: Buffer.from(JSON.stringify(message)) })
  }

  of<D extends Step['did']>(did: D): Extract<Step, { did: D }>[] {
    return this.steps.filter((step): step is Extract<Step, { did: D }> => step.did === did)
  }

  /** What has been confirmed, newest last. */
  get confirms(): Confirm[] {
    return this.of('confirm').map(({ confirm }) => confirm)
  }

  get evaluated(): EvidenceBatch[] {
    return this.of('evaluate').map(({ evidence }) => evidence)
  }

  get stored(): Reading[] {
    return this.of('store').flatMap(({ readings }) => readings)
  }

  /** Key: code. */
  get refused(): Record<string, number> {
    return Object.fromEntries(this.deadLetters.counts)
  }

  #intake(marks: ReadonlyMap<string, DeliveryMarks>): Intake {
    const note = (step: Step) => this.steps.push(step)
    const journalled = () => this.#outcome(this.journal, 'JOURNAL_UNWRITABLE')
    const logger: Logger = { ...silentLogger, warn: (_fields, message) => this.warnings.push(message) }
    return new Intake({
      facility: this.facility,
      marks,
      alarms: {
        evaluate: (evidence) => {
          note({ did: 'evaluate', evidence })
          return journalled()
        },
        gatewayLost: (gateway) => {
          note({ did: 'lost', gateway })
          return journalled()
        },
        gatewayHeard: (gateway) => {
          note({ did: 'heard', gateway })
          return journalled()
        },
        gatewayCondition: (gateway, condition) => {
          note({ did: 'condition', gateway, ...condition })
          return journalled()
        },
      },
      store: {
        write: (_facility, readings) => {
          note({ did: 'store', readings })
          return this.#outcome(this.store, 'DATA_UNWRITABLE')
        },
      },
      clock: this.clock,
      steady: this.steady,
      deadLetters: this.deadLetters,
      confirm: (gateway, confirm) => note({ did: 'confirm', gateway, confirm }),
      onReading: ({ sensor }) => note({ did: 'show', sensor }),
      onGateway: () => undefined,
      logger,
    })
  }

  #outcome(mood: 'works' | 'fails' | 'hangs', code: 'JOURNAL_UNWRITABLE' | 'DATA_UNWRITABLE'): Promise<void> {
    if (mood === 'hangs') return new Promise(() => undefined)
    return mood === 'fails' ? Promise.reject(new CodedError(code, 'as told')) : Promise.resolve()
  }
}
