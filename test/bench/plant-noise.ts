import type { SealedBatch } from '../../gateway/outbox/outbox.ts'

/** Sensors of one device: they are read together. */
const SENSORS_PER_DEVICE = 25
/** Different batches. Each is packed by itself, so that more would change nothing. */
const PATTERNS = 200
/** Numbers of batches, so that all have as many digits. */
const FIRST_SEQ = 1_000_000
/** Digits of a time, epoch ms. */
const TIME_DIGITS = 13

/** The JSON of a batch, and where in it stands what changes from second to second. */
interface Pattern {
  readonly text: Buffer
  readonly seqAt: number
  readonly sentAt: number
  readonly totalAt: number
  /** Where its times stand, those in `polled` too. Index: number of the device. */
  readonly timesAt: readonly (readonly number[])[]
}

/**
 * What a gateway seals each second of a plant of so many sensors, the same at every run and about as fast as it
 * can be copied: a quarter of the values are tenths and a quarter hundredths as scaled registers bring them, a half
 * are float32, all of them with noise in their last digits. Devices answer at their own time of the second, some
 * milliseconds early or late.
 */
export class PlantNoise {
  readonly #epoch: string
  readonly #sensors: number
  readonly #patterns: readonly Pattern[]
  #state = 1

  constructor(sensors: number, epoch: string) {
    this.#epoch = epoch
    this.#sensors = sensors
    const levels = Array.from({ length: sensors }, () => 5 + 90 * this.#random())
    this.#patterns = Array.from({ length: PATTERNS }, () => this.#pattern(levels))
  }

  /** The batch of the second that begins at `start`, epoch ms; seconds are numbered from 0. */
  batch(second: number, start: number): SealedBatch {
    const pattern = this.#patterns[second % PATTERNS]
    if (pattern === undefined) throw new RangeError(`no batch ${second}`)
    const payload = Buffer.allocUnsafeSlow(pattern.text.length)
    pattern.text.copy(payload)
    const seq = FIRST_SEQ + second
    payload.write(String(seq), pattern.seqAt, 'latin1')
    payload.write(String(start + 1_000), pattern.sentAt, 'latin1')
    payload.write(String(seq * this.#sensors), pattern.totalAt, 'latin1')
    for (const [device, places] of pattern.timesAt.entries()) {
      const answered = start + ((device * 37) % 980) + Math.floor(10 * this.#random())
      const [first = 0, ...others] = places
      payload.write(String(answered), first, 'latin1')
      for (const place of others) payload.copyWithin(place, first, first + TIME_DIGITS)
    }
    const epoch = this.#epoch
    return { epoch, seq, payload, readings: this.#sensors, from: start, to: start + 999, gaps: [] }
  }

  #pattern(levels: readonly number[]): Pattern {
    const time = '9'.repeat(TIME_DIGITS)
    const devices = Math.ceil(levels.length / SENSORS_PER_DEVICE)
    const polled = Array.from({ length: devices }, (_, device) => `"device-${device}":${time}`)
    const readings = levels.map((level, n) => {
      const value = rounded(n, level + 0.4 * this.#normal())
      return `{"sensor":"GT-${1_000 + n}","time":${time},"value":${value}}`
    })
    const text = Buffer.from(
      `{"epoch":"${this.#epoch}","seq":${FIRST_SEQ},"sent":${time},"total":${FIRST_SEQ * levels.length},` +
        `"snapshot":false,"polled":{${polled.join()}},"readings":[${readings.join()}],"gaps":[],` +
        `"clock":{"drift":1,"steps":0,"skew":12,"ntp":"synchronized"}}`,
    )
    const after = (label: string) => text.indexOf(label) + label.length
    const sentAt = after('"sent":')
    const all: number[] = []
    for (let at = text.indexOf(time, sentAt + 1); at !== -1; at = text.indexOf(time, at + 1)) all.push(at)
    const timesAt = Array.from({ length: devices }, (_, device) => [
      all[device] ?? 0,
      ...all.slice(devices).filter((_place, n) => Math.floor(n / SENSORS_PER_DEVICE) === device),
    ])
    return { text, seqAt: after('"seq":'), sentAt, totalAt: after('"total":'), timesAt }
  }

  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return this.#state / 2 ** 32
  }

  /** Normally distributed, by Box and Muller. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random())
  }
}

function rounded(n: number, value: number): number {
  switch (Math.floor(n / SENSORS_PER_DEVICE) % 4) {
    case 0:
      return Math.round(value * 10) / 10
    case 1:
      return Math.round(value * 100) / 100
    default:
      return Math.fround(value)
  }
}
