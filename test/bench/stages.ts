import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import type { Terminal } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { SeriesPoint } from '../../contracts/store.ts'
import { checkBatch } from '../../ingest/intake/batch-check.ts'
import { decodeBatch } from '../../ingest/intake/batch-decode.ts'
import { DeliveryMarks } from '../../ingest/intake/delivery-marks.ts'
import { evidenceOf } from '../../ingest/intake/evidence-of.ts'
import { Catalogue } from '../../ingest/log/catalogue.ts'
import { type BatchRecord, decodeRecord, encodeRecord } from '../../ingest/log/log-record.ts'
import { ReadingLines } from '../../ingest/store/influx/line-protocol.ts'
import { MinuteSums } from '../../ingest/store/influx/minute-sums.ts'

const SENSORS = 1_000
/** Readings of a live batch. */
const BATCH = 500
/** Batches whose readings make a write to the database. */
const GROUP = 40
const GROUPS = 100
const START = Date.UTC(2026, 10, 21)
const ALARMS = {
  H: { when: 'high', limit: 20, deadband: 1, onDelay: '2s', offDelay: '10s', priority: 'high' },
  HH: { when: 'high', limit: 40, deadband: 2, priority: 'critical' },
}

/**
 * What each stage of a reading's way through the server costs, one after the other on one thread with nothing beside
 * it: in the server broker, kernel and the other threads come on top, and busy cores make all of it dearer.
 */
export async function measureStages(terminal: Terminal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  try {
    const stages = new Stages(folder)
    stages.run(GROUPS / 5) // Warm.
    stages.forget()
    stages.run(GROUPS)
    terminal.out(`stages: live batches of ${BATCH}, ${SENSORS} sensors, two alarms and FAULT each\n`)
    for (const [name, seconds] of stages.costs())
      terminal.out(`  ${name.padEnd(28)}${seconds.toFixed(2)} CPU s per million readings\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Stages {
  readonly #facility: Facility
  readonly #engine: AlarmEngine
  readonly #marks = new DeliveryMarks()
  readonly #catalogue: Catalogue
  readonly #lines = new ReadingLines({ hasReason: true })
  readonly #sums = new MinuteSums(() => 0)
  /** CPU ms. Key: stage. */
  readonly #spent = new Map<string, number>()
  #readings = 0
  #seq = 0

  constructor(folder: string) {
    this.#facility = facilityOf(SENSORS)
    this.#engine = new AlarmEngine({ facility: this.#facility, now: START })
    this.#catalogue = Catalogue.open(folder)
    this.#catalogue.register(this.#facility, START)
    this.#marks.meet('e', 'live')
  }

  run(groups: number): void {
    for (let group = 0; group < groups; group++) {
      const points: SeriesPoint[] = []
      for (let batch = 0; batch < GROUP; batch++) points.push(...this.#batch())
      const text = this.#time('drain: lines', () =>
        Buffer.from(this.#lines.textOf(points, this.#lines.precisionOf(points))),
      )
      this.#time('drain: minutes', () => {
        for (const point of points) this.#sums.add(this.#lines.prefixOf(point.series), point)
      })
      if (text.length < points.length) throw new CodedError('INTERNAL', 'no lines')
    }
  }

  forget(): void {
    this.#spent.clear()
    this.#readings = 0
  }

  costs(): [string, number][] {
    return [...this.#spent].map(([name, ms]) => [name, (ms / 1_000 / this.#readings) * 1e6])
  }

  /** From the bytes that the broker gave to the points that the drain reads from the log. */
  #batch(): SeriesPoint[] {
    this.#seq += 1
    this.#readings += BATCH
    const sent = START + this.#seq * 500
    const payload = payloadOf(this.#seq, sent)
    const { batch } = this.#time('decode', () => decodeBatch(payload))
    const [gateway] = this.#facility.gateways
    if (batch === undefined || gateway === undefined) throw new CodedError('INTERNAL', 'no batch')
    const watch = { gateway, marks: this.#marks }
    const { readings } = this.#time('check', () => checkBatch(batch, { facility: this.#facility, watch }))
    const record = recordOf(this.#facility, { seq: this.#seq, sent, readings })
    const evidence = this.#time('evaluate', () => evidenceOf(record))
    this.#time('evaluate', () => this.#engine.evaluate(evidence, sent))
    const bytes = this.#time('log: encode', () => encodeRecord(record, this.#catalogue))
    const read = this.#time('drain: read the log', () => decodeRecord(bytes, this.#catalogue))
    if (read.kind !== 'batch') throw new CodedError('INTERNAL', 'no record')
    return this.#time('drain: read the log', () =>
      read.readings.map((reading) => ({
        series: this.#catalogue.seriesOf(this.#facility.id, reading.sensor, reading.time),
        reading,
        fold: reading.fold,
      })),
    )
  }

  #time<R>(stage: string, work: () => R): R {
    const from = process.cpuUsage()
    const result = work()
    const { user, system } = process.cpuUsage(from)
    this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + (user + system) / 1_000)
    return result
  }
}

function payloadOf(seq: number, sent: number): Buffer {
  const first = (seq % (SENSORS / BATCH)) * BATCH
  const readings = Array.from({ length: BATCH }, (_, n) => ({
    sensor: `S-${first + n}`,
    time: sent - 1,
    value: 5 + ((seq + n) % 200) / 37,
    quality: 'good',
  }))
  return Buffer.from(JSON.stringify({ epoch: 'e', seq, sent, polled: {}, readings, gaps: [] }))
}

function recordOf(
  { id: facility, gateways }: Facility,
  batch: Pick<BatchRecord, 'seq' | 'sent' | 'readings'>,
): BatchRecord {
  return {
    kind: 'batch',
    facility,
    gateway: gateways[0]?.id ?? '',
    epoch: 'e',
    shift: 0,
    total: null,
    size: BATCH,
    arrived: batch.sent,
    isLive: true,
    fork: null,
    again: false,
    offset: 0,
    stepped: false,
    polled: null,
    gaps: [],
    ...batch,
  }
}

function facilityOf(count: number): Facility {
  const sensors = Array.from({ length: count }, (_, n) => ({
    id: `S-${n}`,
    kind: 'gas',
    unit: '%LEL',
    register: { address: 2 * n },
    alarms: ALARMS,
  }))
  const buses = [{ id: 'bus', driver: 'modbus-tcp', host: '127.0.0.1', devices: [{ id: 'panel', sensors }] }]
  return parseFacility(
    JSON.stringify({ facility: { id: 'bench' }, gateways: [{ id: 'gw-1', buses }] }),
    'stages.json',
  )
}
