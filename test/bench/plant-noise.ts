import type { SealedBatch } from '../../gateway/outbox/outbox.ts'

/** Sensors of one device: they are read together. */
const SENSORS_PER_DEVICE = 25
/** Different values of each sensor. Batches are packed one by one, so that more would change nothing. */
const VALUES = 256

/**
 * What a gateway seals each second of a plant of so many sensors, the same at every run and about as fast as it
 * can be copied: a quarter of the values are tenths and a quarter hundredths as scaled registers bring them, a half
 * are float32, all of them with noise in their last digits. Devices answer at their own time of the second, some
 * milliseconds early or late.
 */
export class PlantNoise {
  readonly #epoch: string
  /** JSON up to the time, and the values as text. */
  readonly #sensors: readonly { readonly head: string; readonly values: readonly string[] }[]
  #state = 1

  constructor(sensors: number, epoch: string) {
    this.#epoch = epoch
    this.#sensors = Array.from({ length: sensors }, (_, n) => {
      const level = 5 + 90 * this.#random()
      const values = Array.from({ length: VALUES }, () => String(rounded(n, level + 0.4 * this.#normal())))
      return { head: `{"sensor":"GT-${1_000 + n}","time":`, values }
    })
  }

  /** The batch of the second that begins at `start`, epoch ms. */
  batch(seq: number, start: number): SealedBatch {
    const polled: Record<string, number> = {}
    let time = ''
    const readings = this.#sensors.map(({ head, values }, n) => {
      if (n % SENSORS_PER_DEVICE === 0) {
        const device = n / SENSORS_PER_DEVICE
        const answered = start + ((device * 37) % 980) + Math.floor(10 * this.#random())
        polled[`device-${device}`] = answered
        time = String(answered)
      }
      return `${head}${time},"value":${values[Math.floor(VALUES * this.#random())]}}`
    })
    const sent = start + 1_000
    const total = seq * this.#sensors.length
    const text =
      `{"epoch":"${this.#epoch}","seq":${seq},"sent":${sent},"total":${total},"snapshot":false,` +
      `"polled":${JSON.stringify(polled)},"readings":[${readings.join()}],"gaps":[],` +
      `"clock":{"drift":${seq % 3},"steps":0,"skew":12,"ntp":"synchronized"}}`
    return {
      epoch: this.#epoch,
      seq,
      payload: Buffer.from(text, 'latin1'),
      readings: this.#sensors.length,
      from: start,
      to: start + 999,
      gaps: [],
    }
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
