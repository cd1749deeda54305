import { beforeAll, describe, expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { alarmView } from '../../alerting/alarm-view.ts'
import type { Api } from '../../alerting/api/routes.ts'
import type { AlarmDetail, ConfiguredAlarm } from '../../contracts/alarm-detail-api.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { absentFacility, testApi } from './absent-ports.ts'

const many = Array.from(
  { length: 700 },
  (_, index) =>
    `{ id: M-${index}, kind: other, unit: kg, register: { address: ${index} }, alarms: { H: { when: high, limit: 5 } } }`,
)
const facility = parseFacility(
  `facility: { id: plant }
classes: { tank: { shelving: two-person, maxShelve: 8h } }
groups: [ { id: leak } ]
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: h
        devices:
          - id: d
            area: farm
            sensors:
              - id: T.1
                name: Tank
                kind: level
                unit: m
                register: { address: 0 }
                alarms:
                  H:
                    { when: high, limit: 10, deadband: 0.1, onDelay: 2s, offDelay: 90s, priority: high, class: tank,
                      group: leak, message: Full, reAlarm: 10m, rise: [ { after: 5m, priority: critical } ],
                      suppressWhen: [ { sensor: P-1, limit: 0, hold: 30s, reason: Pump stands }, { alarm: P-1.FAULT } ],
                      rationalization: { action: Stop the pump, respondWithin: 5m, severity: { people: severe }, causes: [ Overfill ] } }
              - { id: P-1, kind: state, unit: "1", register: { address: 1 } }
              - ${many.join('\n              - ')}
`,
  'x.yaml',
)

/** Set points that were changed at run time. Key: alarm id. */
const settings = new Map<string, AlarmConfig>()
let app: Api

beforeAll(async () => {
  const engine = new AlarmEngine({ facility, now: 0, records: new Map() })
  const alarms = {
    entries: () => [],
    view: (id: string) => {
      const entry = engine.entry(id)
      return entry === undefined ? undefined : alarmView(facility, entry, true)
    },
    config: (id: string) => settings.get(id),
  }
  app = await testApi([absentFacility(facility, alarms)])
  return () => app.close()
})

async function get<T>(path: string): Promise<{ status: number; body: T }> {
  const answer = await app.inject({ url: `/api/v1/facilities/${path}`, headers: { host: '127.0.0.1:8080' } })
  return { status: answer.statusCode, body: answer.json<T>() }
}

const CONFIGURATION = {
  deadband: 0.1,
  onDelay: '2s',
  offDelay: '90s',
  latching: false,
  onBad: 'freeze',
  reAlarm: '10m',
  rise: [{ after: '5m', priority: 'critical' }],
  class: {
    id: 'tank',
    acknowledge: 'required',
    shelving: 'two-person',
    maxShelve: '8h',
    bypass: 'allowed',
    lifeSafety: false,
  },
  suppressWhen: [
    { reason: 'Pump stands', hold: '30s', alarm: null, sensor: 'P-1', when: 'equals', limit: 0, deadband: 0 },
    {
      reason: 'while P-1.FAULT is active',
      hold: '0s',
      alarm: 'P-1.FAULT',
      sensor: null,
      when: null,
      limit: null,
      deadband: null,
    },
  ],
}
const RATIONALIZATION = {
  action: 'Stop the pump',
  respondWithin: '5m',
  severity: { people: 'severe' },
  causes: ['Overfill'],
}

describe('an alarm', () => {
  it('comes with its state, its reason and how it is set', async () => {
    const { status, body } = await get<AlarmDetail>('plant/alarms/T.1.H')
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: 'T.1.H', state: 'NORM', priority: 'high', class: 'tank', limit: 10 })
    expect(body.rationalization).toEqual(RATIONALIZATION)
    expect(body.configuration).toEqual(CONFIGURATION)
  })

  it('may have none, such as FAULT and what the system says of itself', async () => {
    for (const id of ['P-1.FAULT', 'sys.gw-1.link.LOST']) {
      const { status, body } = await get<AlarmDetail>(`plant/alarms/${id}`)
      expect({ id: body.id, status }).toEqual({ id, status: 200 })
      expect(body.rationalization).toBeNull()
      expect(body.configuration).toMatchObject({ onDelay: '0s', reAlarm: null, rise: [], suppressWhen: [] })
    }
  })

  it('is shown as it is set at run time', async () => {
    const config = facility.sensors.get('T.1')?.alarms[0]
    if (config === undefined) throw new Error('it is in the file')
    settings.set('T.1.H', { ...config, deadband: 0.2, onDelayMs: 5_000 })
    const { body } = await get<AlarmDetail>('plant/alarms/T.1.H')
    const list = await get<{ items: ConfiguredAlarm[] }>('plant/alarm-configuration')
    settings.clear()
    const changed = { ...CONFIGURATION, deadband: 0.2, onDelay: '5s' }
    expect(body.configuration).toEqual(changed)
    expect(list.body.items[0]?.configuration).toEqual(changed)
  })

  it.each(['plant/alarms/T.1.HH', 'plant/alarms/none', 'other/alarms/T.1.H', 'other/alarm-configuration'])(
    'GET %s: 404',
    async (path) => {
      expect((await get(path)).status).toBe(404)
    },
  )
})

describe('the master alarm database', () => {
  it('has every alarm of the file once, over pages', async () => {
    const items: ConfiguredAlarm[] = []
    let next: string | undefined = '0'
    const sizes: number[] = []
    while (next !== undefined) {
      const { body }: { body: { items: ConfiguredAlarm[]; next?: string } } = await get(
        `plant/alarm-configuration?after=${next}`,
      )
      items.push(...body.items)
      sizes.push(body.items.length)
      next = body.next
    }
    expect(sizes).toEqual([1_001, 402])
    const alarms = [...facility.sensors.values()].flatMap((sensor) => sensor.alarms.map(({ id }) => id))
    expect(items.map(({ id }) => id)).toEqual(alarms)
    expect(items[0]).toEqual({
      facility: 'plant',
      id: 'T.1.H',
      sensor: 'T.1',
      sensorName: 'Tank',
      key: 'H',
      area: 'farm',
      kind: 'level',
      quantity: 'level',
      unit: 'm',
      when: 'high',
      limit: 10,
      priority: 'high',
      message: 'Full',
      group: 'leak',
      rationalization: RATIONALIZATION,
      configuration: CONFIGURATION,
    })
  })

  it('takes no odd cursor', async () => {
    expect((await get('plant/alarm-configuration?after=x')).status).toBe(400)
    expect((await get<{ items: unknown[] }>('plant/alarm-configuration?after=999999')).body).toEqual({
      items: [],
    })
  })
})
