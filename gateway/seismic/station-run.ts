import {
  type SeismicEvent,
  SeismicStation,
  type StationOutput,
} from '../../contracts/analytics/seismic/station.ts'
import { AXES, type Wave } from '../../contracts/analytics/seismic/wave.ts'
import type { Device } from '../../contracts/facility.ts'
import type { Reason } from '../../contracts/quality.ts'
import type { SeismicInstrument } from '../../contracts/seismic-instrument.ts'
import type { LinkCounters } from '../../contracts/wire.ts'
import { FlagMarks } from './flag-marks.ts'
import { SAMPLE_LOSSES, type SampleBlock, type SampleLoss } from './sample-block.ts'
import { StationClock } from './station-clock.ts'

/** Who takes what a station measures. Called synchronously. */
export interface StationSink {
  /** `time`: end of the second, epoch ms. `reason`: what is wrong with all its values. */
  onSecond(
    device: Device,
    second: {
      readonly time: number
      readonly values: Readonly<Record<string, number | undefined>>
      readonly reason: Reason | undefined
    },
  ): void
  /** It sends nothing any more, or nothing that can be used: once per loss. `refused` says what came instead. */
  onLost(device: Device, refused: string | undefined): void
  onEvent(device: Device, event: SeismicEvent): void
  /** Every block that was taken, dated, in counts as it came. */
  onSamples(device: Device, block: SampleBlock & { readonly time: number }): void
}

interface StationRunOptions {
  readonly device: Device
  readonly instrument: SeismicInstrument
  readonly sink: StationSink
  /** A station that has sent nothing for so long is lost, ms. */
  readonly silenceMs: number
  /** Epoch ms as the gateway has it. */
  readonly now: () => number
  readonly monotonic: () => number
}

/** Samples that are dated before the last by more than this are none that come again, ms. */
const SET_BACK_MS = 2_000

/** One instrument at work: its counts become acceleration, and that what is measured once a second and of events. */
export class StationRun {
  readonly device: Device
  readonly #options: StationRunOptions
  readonly #station: SeismicStation
  readonly #clock = new StationClock()
  readonly #marks = new FlagMarks()
  /** Key: what went wrong. */
  readonly #losses: Partial<Record<SampleLoss, number>> = {}
  #failures: Record<string, number> = {}
  /** What came last that was no block which could be taken, and when, monotonic ms. */
  #refused: { readonly kind: SampleLoss; readonly at: number } | undefined
  /** When the self-test under way began, as its samples are dated, epoch ms. */
  #testFrom: number | undefined
  /** Behind the newest sample, epoch ms. */
  #end = Number.NEGATIVE_INFINITY
  #blocks = 0
  #isOnline = false
  #isTold = false
  #heardAt: number
  #latencyMs: number | undefined

  constructor(options: StationRunOptions) {
    const { device, instrument, monotonic } = options
    this.device = device
    this.#options = options
    this.#heardAt = monotonic()
    const { trigger, fullScale, noiseLimit, deadAfterMs } = instrument
    this.#station = new SeismicStation({ ...trigger, fullScale, noiseLimit, deadAfterMs })
  }

  take(block: SampleBlock): void {
    const { instrument, now, monotonic, sink } = this.#options
    if (block.rate !== instrument.rate) {
      this.lose('rate', 1)
      return
    }
    const { time, isTimed, isStep } = this.#clock.date(block, now())
    const end = time + (block.channels[0].length * 1_000) / block.rate
    if (isStep) this.lose('clock-step', 1)
    if (time < this.#end - SET_BACK_MS) {
      // What was said of times that come again must not be taken for them.
      this.#tell(this.#station.silence())
      this.#marks.forget()
    }
    this.#end = end
    this.#marks.add({ from: time, to: end, flags: { ...block.flags, isTimed } })
    this.#followTest(block.flags.isTest, time)
    this.#blocks += 1
    this.#heardAt = monotonic()
    this.#latencyMs = Math.max(0, Math.round(now() - end))
    this.#isOnline = true
    this.#isTold = false
    sink.onSamples(this.device, { ...block, time })
    const { isClipped } = block.flags
    this.#tell(this.#station.take({ time, rate: block.rate, axes: this.#axesOf(block) }, { isClipped }))
  }

  lose(kind: SampleLoss, count: number): void {
    this.#losses[kind] = (this.#losses[kind] ?? 0) + count
    this.#refused = { kind, at: this.#options.monotonic() }
    this.#clock.forget()
  }

  /** A request that brought no data. */
  fail(name: string): void {
    this.#failures[name] = (this.#failures[name] ?? 0) + 1
  }

  /** It cannot be reached. */
  lost(): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#isOnline = false
    this.#clock.forget()
    this.#tell(this.#station.silence())
    this.#marks.forget()
    this.#options.sink.onLost(this.device, this.#refusedLately())
  }

  /** The gateway is being stopped: an event under way ends here. */
  end(): void {
    this.#tellEvents(this.#station.silence().events)
  }

  /** Now and then: nothing that comes is a loss, too. */
  tick(): void {
    if (this.#options.monotonic() - this.#heardAt >= this.#options.silenceMs) this.lost()
  }

  health(): LinkCounters & { online: boolean } {
    const { overrun = 0, ...losses } = this.#losses
    return {
      online: this.#isOnline,
      requests: this.#blocks,
      errors: { ...losses, ...this.#failures },
      overruns: overrun,
      roundTripMs: 0,
      waveform: {
        ...this.#station.counts,
        ...(this.#latencyMs === undefined ? {} : { latencyMs: this.#latencyMs }),
      },
    }
  }

  /** What comes from an instrument that does not fall silent, and still is lost. */
  #refusedLately(): string | undefined {
    const { monotonic, silenceMs } = this.#options
    if (this.#refused === undefined || monotonic() - this.#refused.at > silenceMs / 2) return undefined
    return SAMPLE_LOSSES[this.#refused.kind]
  }

  #tell({ seconds, events }: StationOutput): void {
    const { sink } = this.#options
    for (const second of seconds) {
      const { time, values } = second
      sink.onSecond(this.device, { time, values, reason: this.#marks.reasonOf(second) })
    }
    this.#tellEvents(events)
  }

  /** What shook since a self-test began is the instrument itself. */
  #tellEvents(events: readonly SeismicEvent[]): void {
    const testFrom = this.#testFrom ?? Number.POSITIVE_INFINITY
    for (const event of events) if (event.onset < testFrom) this.#options.sink.onEvent(this.device, event)
  }

  /**
   * An event under way ends with the last sample before a self-test. Behind it everything begins anew: no figure looks
   * back at it, and no mean knows it.
   */
  #followTest(isTest: boolean, time: number): void {
    if (isTest === (this.#testFrom !== undefined)) return
    this.#tell(isTest ? this.#station.silence() : this.#station.startAnew())
    this.#testFrom = isTest ? time : undefined
  }

  /** Counts in the order of the channels to Gal in the order of the axes. */
  #axesOf({ channels }: SampleBlock): Wave['axes'] {
    const { instrument } = this.#options
    const [ns, ew, ud] = AXES.map((axis) => {
      const index = instrument.channels.findIndex((channel) => channel.axis === axis)
      const factor = (instrument.channels[index]?.sign ?? 1) / instrument.countsPerGal
      return Float64Array.from(channels[index] ?? [], (count) => count * factor)
    })
    const none = new Float64Array()
    return [ns ?? none, ew ?? none, ud ?? none]
  }
}
