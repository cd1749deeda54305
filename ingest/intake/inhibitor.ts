import type { Facility } from '../../contracts/facility.ts'
import { INHIBIT_GATEWAY } from '../../contracts/inhibit-gateway.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { BatchRecord, LoggedReading } from '../log/log-record.ts'
import { LocalRecords } from './local-records.ts'
import type { RecordTaker } from './record-taker.ts'

/** Which detectors somebody works on; times are epoch ms of the server. */
export interface InhibitionPort {
  /** Nobody has worked on anything for long. */
  readonly isIdle: boolean
  isInhibited(sensor: string, time: number): boolean
  /** Those that are now. */
  current(): Iterable<{ readonly sensor: string; readonly since: number }>
}

export interface InhibitorOptions {
  facility: () => Pick<Facility, 'id' | 'sensors'>
  inhibitions: InhibitionPort
  taker: Pick<RecordTaker, 'take' | 'untake' | 'noteGaps' | 'latest'>
  /** Random, of this start of the server: the epoch of what it notes. */
  session: string
  clock: { monotonic(): number }
  steady: { now(): number }
  logger: Logger
}

/** What a sensor under inhibition said itself: it holds again afterwards, if its device still lives. */
interface Underlying {
  readonly reading: Reading
  /** When its device was heard last, sensor time. */
  heard: number
}

/** What a start needs: plain data. */
export interface InhibitorSnapshot {
  readonly underlying: readonly Underlying[]
  /** Key: gateway id. */
  readonly offsets?: Readonly<Record<string, number>>
}

const MARK = { quality: 'bad', reason: 'inhibited' } as const

/**
 * Makes `inhibited` of what a detector reports while somebody works on it, with its value kept, before it stands in
 * the log: a replay finds it as it was. What it holds when it begins and when it ends is noted at once, since nobody
 * knows when it reports next; in between it is noted that it is inhibited, so that a detector without power is not
 * silent.
 */
export class Inhibitor {
  readonly #options: InhibitorOptions
  readonly #records: LocalRecords
  /** Key: sensor id. */
  readonly #underlying = new Map<string, Underlying>()
  /** Server clock minus gateway clock, ms. Key: gateway id. */
  readonly #offsets = new Map<string, number>()

  constructor(options: InhibitorOptions, snapshot?: InhibitorSnapshot) {
    this.#options = options
    this.#records = new LocalRecords({
      ...options,
      facility: options.facility().id,
      gateway: INHIBIT_GATEWAY,
    })
    for (const underlying of snapshot?.underlying ?? [])
      this.#underlying.set(underlying.reading.sensor, { ...underlying })
    for (const [gateway, offset] of Object.entries(snapshot?.offsets ?? {}))
      this.#offsets.set(gateway, offset)
  }

  /** A record that is new, as it is to be kept. */
  screen(record: BatchRecord): BatchRecord {
    if (record.gateway === INHIBIT_GATEWAY) return record
    this.#heard(record)
    if (this.#options.inhibitions.isIdle && this.#underlying.size === 0) return record
    let readings: LoggedReading[] | undefined
    const beneath: Reading[] = []
    for (const [index, reading] of record.readings.entries()) {
      const isInhibited = this.#options.inhibitions.isInhibited(reading.sensor, reading.time + record.offset)
      if (!reading.late && !record.again) {
        if (isInhibited) beneath.push(this.#hold(reading))
        else this.#underlying.delete(reading.sensor)
      }
      if (!isInhibited) continue
      readings ??= [...record.readings]
      readings[index] = { ...reading, ...MARK }
    }
    if (readings === undefined) return record
    return { ...record, readings, ...(beneath.length === 0 ? {} : { beneath }) }
  }

  /** A record that the last run had in its log. */
  replayed(record: BatchRecord): void {
    const isNote = record.gateway === INHIBIT_GATEWAY
    if (!isNote) this.#heard(record)
    for (const { sensor, late, reason } of record.readings)
      if (!late && !(isNote && reason === MARK.reason)) this.#underlying.delete(sensor)
    for (const reading of record.beneath ?? []) this.#hold(reading)
  }

  /** What has begun, and what has ended: call about once a second. */
  look(): void {
    const { facility, inhibitions, taker, steady } = this.#options
    const now = steady.now()
    const { sensors } = facility()
    const noted: LoggedReading[] = []
    const beneath: Reading[] = []
    const note = (reading: Reading) =>
      noted.push({ ...reading, position: noted.length, late: false, fold: 0 })
    const running = new Set<string>()
    for (const { sensor: id, since } of inhibitions.current()) {
      running.add(id)
      const sensor = sensors.get(id)
      if (sensor === undefined) continue
      const latest = taker.latest(id)
      const time = now - this.#offsetOf(sensor.gateway)
      const isMarked = latest?.reason === MARK.reason && latest.time >= since - this.#offsetOf(sensor.gateway)
      if (isMarked && time - latest.time < sensor.staleAfterMs / 2) continue
      if (latest !== undefined && latest.reason !== MARK.reason && !this.#underlying.has(id))
        beneath.push(this.#hold(latest))
      const value = latest?.value
      note({
        sensor: id,
        time: after(latest, time),
        ...(value === undefined ? {} : { value }),
        ...MARK,
      })
    }
    for (const [id, { reading, heard }] of this.#underlying) {
      if (running.has(id)) continue
      this.#underlying.delete(id)
      const sensor = sensors.get(id)
      if (sensor === undefined) continue
      const time = after(taker.latest(id), now - this.#offsetOf(sensor.gateway))
      if (time - heard <= sensor.staleAfterMs) note({ ...reading, time })
    }
    if (noted.length === 0) return
    // Dated by the clocks of their gateways, and none is younger than its batch.
    const sent = Math.max(now, ...noted.map(({ time }) => time))
    this.#records.take({ arrived: now, isLive: true, sent, readings: noted, beneath })
  }

  snapshot(): InhibitorSnapshot {
    return {
      underlying: Array.from(this.#underlying.values(), (underlying) => ({ ...underlying })),
      offsets: Object.fromEntries(this.#offsets),
    }
  }

  #hold({ sensor, time, value, quality, reason }: Reading): Reading {
    const reading = {
      sensor,
      time,
      ...(value === undefined ? {} : { value }),
      quality,
      ...(reason === undefined ? {} : { reason }),
    }
    this.#underlying.set(sensor, { reading, heard: time })
    return reading
  }

  /** How its clock is off, and which of its devices live. */
  #heard({ gateway, offset, isLive, polled }: BatchRecord): void {
    this.#offsets.set(gateway, offset)
    if (!isLive || polled === null || this.#underlying.size === 0) return
    const { sensors } = this.#options.facility()
    for (const [id, underlying] of this.#underlying) {
      const sensor = sensors.get(id)
      const at = sensor?.gateway === gateway ? polled[sensor.device] : undefined
      if (at !== undefined) underlying.heard = Math.max(underlying.heard, at)
    }
  }

  #offsetOf(gateway: string): number {
    return this.#offsets.get(gateway) ?? 0
  }
}

/** No two points of a sensor share a time: the store would keep one of them alone. */
function after(latest: Reading | undefined, time: number): number {
  return latest === undefined || latest.time < time ? time : latest.time + 1
}
