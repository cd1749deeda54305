import { vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { AlarmKpi } from '../../contracts/kpi.ts'
import type { MapFeature, RiskMap } from '../../contracts/register/map-api.ts'
import { HAZARD_GRADES, HAZARD_STATUSES } from '../../contracts/register/words.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { hazardMonthPoint, hazardPoint } from '../../ingest/status/hazard-point.ts'
import { kpiPoint } from '../../ingest/status/kpi-point.ts'
import { majorHazardPoints } from '../../ingest/status/major-hazard-point.ts'
import { riskPoint } from '../../ingest/status/risk-point.ts'
import { statusLine } from '../../ingest/store/influx/line-protocol.ts'
import { exampleFacility, Line, tenTimesFaster } from '../e2e/line.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { computedPoints } from './computed-points.ts'
import { Influxd } from './influxd.ts'
import { scenarioFile } from './scenario-file.ts'

export const DATABASE = 'plant'
const FACILITY = 'demo-plant'

/** Something of everything that a panel shows; nothing passes but the earthquake. */
const TROUBLES = `description: A leak, an overfill, an earthquake, a spent drum, dead instruments and a silent device.
plant:
  wind: { speed: 2, from: 225 }
  sources: { pump-seal: { at: [-3, -3], gas: CH4 } }
  detectors: { GT-101: { at: [0, 0], t90: 8s } }
  tanks:
    T-202: { diameter: 2.6, start: 9.1, between: [9, 9.3], flow: 15, drain: 500, level: LT-202, temperature: TT-202, pressure: PT-202, overfill: LS-202, flowmeter: FT-202 }
  accelerographs: { SE-401: { at: [0, 0], site: 0.5 }, SE-402: { at: [0, 150], site: 1 } }
timeline:
  - { at: 20s, leak: { source: pump-seal, rate: 0.45 } }
  - { at: 20s, overfill: { tank: T-202, inflow: 590 } }
  - { at: 20s, duration: 18s, earthquake: { peak: 62, from: 315 } }
  - { at: 20s, fault: { device: chlorine-panel, kind: drift, sensor: WT-301, rate: 20 } }
  - { at: 40s, dead-detector: { sensor: GT-105, mode: nan } }
  - { at: 40s, fault: { device: chlorine-panel, kind: inf, sensor: CL-304 } }
  - { at: 40s, fault: { device: tank-gauges, kind: nan, sensor: LT-203 } }
  - { at: 40s, fault: { device: accelerographs, kind: nan, sensor: SE-403 } }
  - { at: 40s, fault: { device: gas-panel, kind: drift, sensor: GT-108, rate: 2 } }
  - { at: 40s, fault: { device: chlorine-panel, kind: drift, sensor: CL-303, rate: 0.2 } }
  - { at: 40s, fault: { device: tank-gauges, kind: drift, sensor: LT-201, rate: 1 } }
  - { at: 40s, fault: { device: accelerographs, kind: drift, sensor: SE-401, rate: 1 } }
  - { at: 60s, silent-device: { device: shed-detector } }
`

/** What is waited for before anybody looks. */
const RAISED = [
  'GT-101.H',
  'GT-101.HH',
  'LT-202.H',
  'WT-301.L',
  'GT-105.FAULT',
  'GT-108.FAULT',
  'CL-303.FAULT',
  'LT-201.LL',
  'SE-401.FAULT',
  'CL-304.FAULT',
  'LT-203.FAULT',
]

/**
 * The whole line, ten times as fast, with its history in a real InfluxDB: a plant in trouble on which operators have
 * done something of everything.
 */
export class GrafanaScene implements AsyncDisposable {
  readonly influxd: Influxd
  readonly line: Line

  private constructor(influxd: Influxd, line: Line) {
    this.influxd = influxd
    this.line = line
  }

  static async start(): Promise<GrafanaScene> {
    await using stack = new AsyncDisposableStack()
    const influxd = stack.use(await Influxd.started(temporaryFolder()))
    await influxd.createDatabase(DATABASE)
    const store = `{ kind: influxdb, api: v1, url: "${influxd.url}", database: ${DATABASE} }`
    const facility = exampleFacility((text) =>
      tenTimesFaster(text)
        .replace('{ kind: embedded }', store)
        // Below these a drifting gauge or station is bad, and says so with a value.
        .replace('range: [0, 12]', 'range: [0, 12]\n    valid: [-1, 13]')
        .replace('range: [0, 200]', 'range: [0, 200]\n    valid: [-1, 250]'),
    )
    const line = stack.use(await Line.start({ facility, scenario: scenarioFile(TROUBLES), speed: 10 }))
    stack.move()
    return new GrafanaScene(influxd, line)
  }

  /** Resolves once the plant is in trouble, operators have acted, and the store knows. */
  async play(): Promise<void> {
    for (const alarm of RAISED) await this.#raised(alarm)
    const occurrence = (await this.line.alarms()).find(({ id }) => id === 'GT-101.H')?.occurrence
    await this.#act('GT-101.H', 'acknowledge', { occurrence, comment: 'Crew sent to the pump bay' })
    await this.#act('GT-105.FAULT', 'shelve', { reason: 'Spare ordered', for: '2h' })
    await this.#act('CL-304.FAULT', 'out-of-service', { reason: 'Being replaced', for: '8h' })
    await this.#act('LT-203.FAULT', 'suppress', { reason: 'T-203 is empty' })
    await this.line.gateways.get('gw-2')?.stop()
    await this.line.startGateway('gw-2')
    await this.#returned('SE-402.H')
    await this.#measurePerformance()
    await this.#writeRegister()
    await this.#write(computedPoints(FACILITY, systemClock.wall()))
    await this.#toldOfGateways()
  }

  /** The server writes what gateways say every 10 s. */
  async #toldOfGateways(): Promise<void> {
    await vi.waitFor(
      async () => {
        const q = 'SELECT count("online") FROM "gateway"'
        const [row] = await this.influxd.rows(q, { db: DATABASE })
        // Two of each of two gateways, at the least: what grew is between them.
        if (Number(row?.[1] ?? 0) < 4) throw new Error('gateways are not in the store')
      },
      { timeout: 40_000, interval: 250 },
    )
  }

  /**
   * The server writes a point of alarm performance at multiples of 10 minutes, and the last of these was before the first
   * alarm: this is the same point, of the same figures, now.
   */
  async #measurePerformance(): Promise<void> {
    const kpi = await this.line.get<AlarmKpi>('/api/v1/kpi/alarms')
    await this.#write([kpiPoint(kpi, systemClock.wall())])
  }

  /** Points of the register and its map, of a month that begins now: nothing older is looked at. */
  async #writeRegister(): Promise<void> {
    const time = systemClock.wall()
    const place = { facility: FACILITY, region: 'Heze/Juancheng' }
    const grades = HAZARD_GRADES.map((grade, index) => ({ ...place, grade, days: 12.5 * index }))
    const hazards = grades.flatMap((sum) =>
      HAZARD_STATUSES.map((status) => hazardPoint({ ...sum, status, count: 4, overdue: 1, onTime: 3 }, time)),
    )
    const months = grades.map((sum) =>
      hazardMonthPoint({ ...sum, from: time, identified: 9, closed: 8, onTime: 7 }),
    )
    const { features } = await this.line.get<RiskMap>('/api/v1/map?level=area')
    const placed = features.map((feature) => riskPoint(feature, time))
    await this.#write([
      ...majorHazardPoints(features.map(measured), time),
      ...hazards,
      ...months,
      ...placed.map((point) => ({ ...point, tags: { ...point.tags, region: place.region } })),
    ])
  }

  async #write(points: readonly StatusPoint[]): Promise<void> {
    const url = `${this.influxd.url}/write?db=${DATABASE}&precision=ms`
    const body = points.map((point) => statusLine(point)).join('\n')
    const { ok, status } = await fetch(url, { method: 'POST', body })
    if (!ok) throw new Error(`InfluxDB refuses what it is told: ${status}`)
  }

  async #returned(alarm: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const { items } = await this.line.get<{ items: unknown[] }>(`/api/v1/journal?alarm=${alarm}&limit=10`)
        if (!JSON.stringify(items).includes('"returned"')) throw new Error(`${alarm} has not returned`)
      },
      { timeout: 30_000, interval: 100 },
    )
  }

  async #raised(alarm: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const found = (await this.line.alarms()).find(({ id, state }) => id === alarm && state !== 'NORM')
        if (found === undefined) throw new Error(`${alarm} is not raised`)
      },
      { timeout: 30_000, interval: 100 },
    )
  }

  async #act(alarm: string, action: string, body: object): Promise<void> {
    const response = await fetch(`${this.line.url}/api/v1/facilities/${FACILITY}/alarms/${alarm}/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${action} ${alarm}: ${response.status} ${await response.text()}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.line[Symbol.asyncDispose]()
    await this.influxd[Symbol.asyncDispose]()
  }
}

/** What its sources hold now is measured, which in the example nothing does. */
function measured(feature: MapFeature): MapFeature {
  const current = { S: 2, R: 12, grade: 3, coverage: 1, substances: [] }
  const inventories = feature.properties.inventories.map((inventory) => ({ ...inventory, current }))
  return { ...feature, properties: { ...feature.properties, inventories } }
}
