import type { Batch, ClockState, WireReading } from '../../../contracts/wire.ts'
import type { BatchKey } from '../outbox.ts'
import type { ByteReader, ByteWriter } from './byte-writer.ts'
import { differences, readWhole, sums, writeWhole } from './columns.ts'
import { ValueColumns } from './value-column.ts'
import type { WordBook } from './word-book.ts'

const QUALITIES = [undefined, 'good', 'uncertain', 'bad'] as const
const NTP = [undefined, 'synchronized', 'unsynchronized'] as const

/** What a batch looks like as `sealBatch` writes it. */
export type WholeBatch = Required<Batch>

/**
 * A batch column by column: names by number, times as differences, values in the shortest exact form.
 * Nothing here checks the batch: whoever writes compares what reads back, and what is no batch may throw.
 */
export class BatchColumns {
  readonly #words: WordBook
  readonly #values = new ValueColumns()
  /** What a reading begins with, up to its time. Index: number of the sensor. */
  readonly #heads: string[] = []

  constructor(words: WordBook) {
    this.#words = words
  }

  /** False when it does not fit, and then what was written is of no use. */
  write(writer: ByteWriter, { sent, total, snapshot, clock, gaps, polled, readings }: WholeBatch): boolean {
    writer.count(sent)
    writer.count(total)
    writer.byte(snapshot ? 1 : 0)
    writeClock(writer, clock)
    writer.text(gaps.length === 0 ? '' : JSON.stringify(gaps))
    const devices = this.#numbers(Object.keys(polled))
    const sensors = this.#numbers(readings.map(({ sensor }) => sensor))
    const times = readings.map(({ time }) => time)
    const isWritten =
      writeNames(writer, devices) &&
      writeSteps(writer, Float64Array.from(Object.values(polled)), sent) &&
      writeNames(writer, sensors) &&
      writeSteps(writer, Float64Array.from(times), sent) &&
      this.#writeVerdicts(writer, readings)
    if (!isWritten) return false
    const values = readings.map(({ value }) => value)
    this.#values.write(writer, values, sensors)
    return true
  }

  /** The text of the batch. @throws Error when the bytes are none that {@link write} wrote */
  read(reader: ByteReader, { epoch, seq }: BatchKey): string {
    const sent = reader.count()
    const total = reader.count()
    const snapshot = reader.byte() === 1
    const clock = readClock(reader)
    const gaps = reader.text() || '[]'
    const devices = readNames(reader)
    const answers = readSteps(reader, devices.length, sent)
    const polled = Array.from(devices, (device, n) => `${this.#words.quoted(device)}:${answers[n]}`).join()
    const readings = this.#readReadings(reader, sent)
    return (
      `{"epoch":${JSON.stringify(epoch)},"seq":${seq},"sent":${sent},"total":${total},"snapshot":${snapshot},` +
      `"polled":{${polled}},"readings":[${readings}],"gaps":${gaps},"clock":${JSON.stringify(clock)}}`
    )
  }

  #numbers(names: readonly string[]): Float64Array {
    const numbers = new Float64Array(names.length)
    for (let n = 0; n < names.length; n++) numbers[n] = this.#words.numberOf(names[n] ?? '') ?? Number.NaN
    return numbers
  }

  /** Quality and reason of the few that have any. */
  #writeVerdicts(writer: ByteWriter, readings: readonly WireReading[]): boolean {
    const marked: number[] = []
    for (let n = 0; n < readings.length; n++) {
      const reading = readings[n]
      if (reading?.quality !== undefined || reading?.reason !== undefined) marked.push(n)
    }
    writer.count(marked.length)
    if (marked.length === 0) return true
    const qualities = marked.map((n) => QUALITIES.indexOf(readings[n]?.quality))
    const reasons = marked.map((n) => {
      const reason = readings[n]?.reason
      return reason === undefined ? 0 : 1 + (this.#words.numberOf(reason) ?? Number.NaN)
    })
    if (reasons.some(Number.isNaN) || !writeSteps(writer, Float64Array.from(marked), 0)) return false
    writeWhole(writer, Int32Array.from(qualities))
    writeWhole(writer, Int32Array.from(reasons))
    return true
  }

  #readReadings(reader: ByteReader, sent: number): string {
    const sensors = readNames(reader)
    const count = sensors.length
    const times = readSteps(reader, count, sent)
    const verdicts = this.#readVerdicts(reader)
    const values = this.#values.read(reader, count)
    // All numbers at once are written five times as fast as one by one. None holds a comma.
    const numbers = JSON.stringify(values).slice(1, -1).split(',')
    let text = ''
    // What one poll brought has the same time.
    let time = ''
    for (let n = 0; n < count; n++) {
      if (n === 0 || times[n] !== times[n - 1]) time = String(times[n])
      text += `${n === 0 ? '' : ','}${this.#head(sensors[n] ?? -1)}${time}`
      if (values[n] !== undefined) text += `,"value":${numbers[n]}`
      if (verdicts !== undefined) text += verdicts.get(n) ?? ''
      text += '}'
    }
    return text
  }

  #head(sensor: number): string {
    this.#heads[sensor] ??= `{"sensor":${this.#words.quoted(sensor)},"time":`
    return this.#heads[sensor]
  }

  /** Key: place of the reading in the batch. Undefined when none has any. */
  #readVerdicts(reader: ByteReader): Map<number, string> | undefined {
    const count = reader.count()
    if (count === 0) return undefined
    const places = readSteps(reader, count, 0)
    const qualities = readWhole(reader, count)
    const reasons = readWhole(reader, count)
    const verdicts = new Map<number, string>()
    for (let n = 0; n < count; n++) {
      const quality = QUALITIES[qualities[n] ?? 0]
      const reason = reasons[n] ?? 0
      const words = reason === 0 ? '' : `,"reason":${this.#words.quoted(reason - 1)}`
      verdicts.set(places[n] ?? -1, `${quality === undefined ? '' : `,"quality":"${quality}"`}${words}`)
    }
    return verdicts
  }
}

/** Names by number. The next number is what comes most: it is written as 0. */
function writeNames(writer: ByteWriter, numbers: Float64Array): boolean {
  writer.count(numbers.length)
  return writeSteps(writer, numbers.map(awayFromNext), 0)
}

function readNames(reader: ByteReader): Float64Array {
  const count = reader.count()
  return readSteps(reader, count, 0).map((away, n) => away + n)
}

function awayFromNext(number: number, place: number): number {
  return number - place
}

/** Numbers as differences from the one before. False when they lie too far apart. */
function writeSteps(writer: ByteWriter, numbers: Float64Array, first: number): boolean {
  const steps = differences(numbers, first)
  if (steps === undefined) return false
  writeWhole(writer, steps)
  return true
}

function readSteps(reader: ByteReader, count: number, first: number): Float64Array {
  return sums(readWhole(reader, count), first)
}

function writeClock(writer: ByteWriter, { drift, steps, skew, ntp }: ClockState): void {
  writer.signed(drift)
  writer.count(steps)
  writer.byte(NTP.indexOf(ntp) + (skew === undefined ? 0 : NTP.length))
  if (skew !== undefined) writer.signed(skew)
}

function readClock(reader: ByteReader): ClockState {
  const drift = reader.signed()
  const steps = reader.count()
  const more = reader.byte()
  const ntp = NTP[more % NTP.length]
  return {
    drift,
    steps,
    ...(more < NTP.length ? {} : { skew: reader.signed() }),
    ...(ntp === undefined ? {} : { ntp }),
  }
}
