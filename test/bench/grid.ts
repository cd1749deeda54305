import type { Terminal } from '../../contracts/cli.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { BackFill } from '../../ingest/derive/back-fill.ts'
import { Deriver } from '../../ingest/derive/deriver.ts'
import type { BatchRecord, LoggedReading } from '../../ingest/log/log-record.ts'
import { cpuMs } from './cpu-ms.ts'

const GATEWAYS = 10
/** Of each gateway: heads of combustible gas in groups of three, heads of toxic gas, and tanks with a gauge and a thermometer. */
const GROUPS = 150
const TOXIC = 350
const TANKS = 100
/** The windows of five minutes have filled; those of eight hours have not. */
const WARM_S = 330
const MEASURED_S = 60
const START = Date.UTC(2026, 10, 21, 2)
/** Of a gateway that was cut off: every reading of so many seconds comes late. */
const LATE_S = 10
/** How often the server looks for what waits. */
const LOOKS_A_SECOND = 4

interface Plant {
  readonly gateways: object[]
  readonly tanks: object[]
  readonly derived: object[]
  /** Sensors of each gateway, with the level that their readings wander about. */
  readonly sensors: (readonly [id: string, level: number])[][]
}

/**
 * The grid of a plant of 10,000 sensors at 1 Hz, with every derivation of gas and level that such a plant has, from
 * batches of ten gateways to what is to be sent: in the process that evaluates alarms this is what it costs.
 */
export async function measureGrid(terminal: Terminal): Promise<void> {
  const { sensors, ...file } = plantOf()
  const facility = parseFacility(JSON.stringify({ facility: { id: 'bench' }, ...file }), 'bench.json')
  const settings = { limitOf: () => undefined }
  const backFill: BackFill = new BackFill({
    facility: () => facility,
    history: { range: async () => [], drained: () => 0 },
    logged: () => 1,
    live: (sensor) => deriver.of(sensor),
    settings,
    emit: () => undefined,
  })
  const deriver = new Deriver({ facility, live: settings, onBehind: (behind) => backFill.note(behind) })
  let sent = 0
  let bad = 0
  const run = (second: number) => {
    for (const batch of batchesAt(second, sensors)) {
      const computed = deriver.take(batch)
      sent += computed?.readings.length ?? 0
      for (const { quality } of computed?.readings ?? []) bad += Number(quality === 'bad')
    }
    for (let look = 1; look <= LOOKS_A_SECOND; look++) deriver.look(START + second * 1_000 + look * 250)
  }
  for (let second = 1; second <= WARM_S; second++) run(second)
  sent = 0
  bad = 0
  let made = 0
  const whole = cpuMs(() => {
    for (let second = WARM_S + 1; second <= WARM_S + MEASURED_S; second++) run(second)
  })
  const bare = cpuMs(() => {
    for (let second = WARM_S + 1; second <= WARM_S + MEASURED_S; second++)
      for (const { readings } of batchesAt(second, sensors))
        for (const { value = 0 } of readings) made += value
  })
  const computed = (whole - bare) / MEASURED_S
  const count = sensors.reduce((sum, { length }) => sum + length, 0)
  terminal.out(
    `grid (${count} sensors at 1 Hz, ${facility.derived.length} derived of gas and level): ${computed.toFixed(0)} ms of a core each second, ` +
      `making and adding up the same readings ${(bare / MEASURED_S).toFixed(1)} ms, ratio ${((whole - bare) / bare).toFixed(1)}; ` +
      `${Math.round(sent / MEASURED_S)} points a second to send, ${bad} of all without a value (${Math.sign(made)})\n`,
  )
  const late = Array.from({ length: LATE_S }, (_, second) => batchesAt(second + 1, sensors)).flat()
  for (const { readings } of late) for (const reading of readings) reading.late = true
  const noted = cpuMs(() => {
    for (const batch of late) deriver.take(batch)
  })
  terminal.out(
    `  late readings: ${(noted / LATE_S).toFixed(0)} ms for each second of the plant, as they make ${backFill.waiting.length} derived sensors dirty, ` +
      `ratio to what is in time ${(noted / LATE_S / computed).toFixed(2)}\n`,
  )
  const begun = performance.now()
  const snapshot = deriver.snapshot()
  const taken = Math.round(performance.now() - begun)
  const size = JSON.stringify(snapshot).length
  terminal.out(`  its checkpoint: taken in ${taken} ms in one turn, ${(size / 1e6).toFixed(1)} MB of text\n`)
}

function plantOf(): Plant {
  const plant: Plant = { gateways: [], tanks: [], derived: [], sensors: [] }
  for (let g = 0; g < GATEWAYS; g++) {
    const own: (readonly [string, number])[] = []
    const sensors: object[] = []
    const add = (id: string, level: number, keys: object) => {
      sensors.push({ id, register: { address: sensors.length }, ...keys })
      own.push([id, level])
    }
    for (let n = 0; n < GROUPS; n++) {
      const heads = ['a', 'b', 'c'].map((head) => `GT-${g}-${n}${head}`)
      for (const head of heads) {
        add(head, 8, { kind: 'gas', unit: '%LEL' })
        plant.derived.push({ id: `${head}.RATE`, of: head, compute: 'rate', window: '60s' })
      }
      const vote = { of: heads, need: 2, limit: 20 }
      plant.derived.push({ id: `V-${g}-${n}`, compute: 'vote', ...vote })
      plant.derived.push({ id: `VH-${g}-${n}`, compute: 'healthy', ...vote })
    }
    for (let n = 0; n < TOXIC; n++) {
      const id = `TX-${g}-${n}`
      add(id, 3, { kind: 'gas', unit: 'ppm' })
      for (const compute of ['stel', 'twa', 'ceiling'])
        plant.derived.push({ id: `${id}.${compute}`, of: id, compute, substance: '7783-06-4' })
    }
    for (let n = 0; n < TANKS; n++) {
      const tank = `TK-${g}-${n}`
      const [level, temperature] = [`LT-${g}-${n}`, `TT-${g}-${n}`]
      add(level, 5_000, { kind: 'level', unit: 'mm' })
      add(temperature, 20, { kind: 'temperature', unit: 'degC' })
      plant.tanks.push({
        id: tank,
        shape: { kind: 'vertical-cylinder', diameter: 20, height: 12 },
        category: 3,
        levels: { CH: 11, HH: 10, H: 9, MW: 8.5, L: 1, LL: 0.5 },
        substance: { cas: '86290-81-5', density: 740, beta: 0.0012 },
      })
      for (const compute of ['volume', 'net-flow', 'time-to-limit', 'overfill', 'movement'])
        plant.derived.push({ id: `${tank}.${compute}`, of: level, compute, tank })
      for (const compute of ['standard-volume', 'inventory'])
        plant.derived.push({ id: `${tank}.${compute}`, of: level, compute, tank, temperature })
    }
    plant.sensors.push(own)
    const devices = [{ id: `d${g}`, poll: '1s', sensors }]
    plant.gateways.push({
      id: `g${g}`,
      buses: [{ id: 'bus', driver: 'modbus-tcp', host: '127.0.0.1', port: 1502 + g, devices }],
    })
  }
  return plant
}

function batchesAt(second: number, sensors: Plant['sensors']): BatchRecord[] {
  const at = START + second * 1_000
  return sensors.map((own, g): BatchRecord => {
    const readings = own.map(([sensor, level], position): LoggedReading => {
      const value = level + 0.01 * level * Math.sin(second / (7 + (position % 13)))
      return { sensor, time: at, value, quality: 'good', position, late: false, fold: 0 }
    })
    return {
      kind: 'batch',
      facility: 'bench',
      gateway: `g${g}`,
      epoch: 'e',
      seq: second,
      sent: at,
      shift: 0,
      total: null,
      size: readings.length,
      arrived: at,
      isLive: true,
      fork: null,
      again: false,
      offset: 0,
      stepped: false,
      polled: { [`d${g}`]: at },
      gaps: [],
      readings,
    }
  })
}
