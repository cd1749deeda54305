import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadFacility, parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { PLANT, plantWith, problemsOf } from './plant-text.ts'

describe('a facility file', () => {
  const plant = parseFacility(PLANT, 'x.yaml')

  it('gets the defaults of everything it does not say', () => {
    expect(plant).toMatchObject({
      id: 'plant',
      name: 'plant',
      timezone: 'UTC',
      shifts: ['08:00', '20:00'],
      given: [],
      mqtt: { url: 'embedded', listen: '127.0.0.1:1883', prefix: 'davylamp/v1' },
      store: { kind: 'embedded', retentionMs: 400 * 86_400_000 },
      server: { listen: '127.0.0.1:8080', data: 'data/server', auth: 'required', hosts: [] },
      areas: [{ id: 'tank-farm', name: 'tank-farm' }],
    })
    const [gateway] = plant.gateways
    expect(gateway).toMatchObject({ heartbeatMs: 2_000, outbox: { maxBytes: 2e9, maxAgeMs: 7 * 86_400_000 } })
    expect(gateway?.buses[0]).toMatchObject({ transport: { port: 502 }, timeoutMs: 1_000, latenessMs: 1_000 })
    expect(gateway?.buses[0]?.devices[0]).toMatchObject({
      unitId: 1,
      pollMs: 1_000,
      maxGap: 0,
      maxRegisters: 125,
    })
    expect(plant.sensors.get('GT-1')).toEqual({
      id: 'GT-1',
      name: 'GT-1',
      kind: 'gas',
      unit: 'ppm',
      quantity: 'gas',
      area: 'tank-farm',
      gateway: 'gw-1',
      bus: 'plc',
      device: 'panel',
      register: { table: 'holding', address: 1, type: 'uint16', order: 'ABCD', scale: 1, offset: 0 },
      status: [],
      plausibility: {},
      report: { deadband: 0, maxIntervalMs: 30_000 },
      pollMs: 1_000,
      staleAfterMs: 10_000,
      alarms: [expect.objectContaining({ id: 'GT-1.FAULT', when: 'fault', priority: 'medium' })],
    })
  })

  it('keeps what sensors have from one template once', () => {
    const twice = parseFacility(
      plantWith({
        '{ id: GT-2, use: lel,':
          '{ id: GT-3, use: lel, register: { address: 7 } }\n              - { id: GT-2, use: lel,',
      }),
      'x.yaml',
    )
    const [one, another] = ['GT-2', 'GT-3'].map((id) => twice.sensors.get(id))
    expect(one?.range).toEqual([0, 100])
    expect(another?.range).toBe(one?.range)
  })

  it('fills templates in, key by key', () => {
    const text = plantWith({
      '{ id: GT-2, use: lel,':
        '{ id: GT-2, use: lel, range: [0, 50], alarms: { H: { deadband: 2 }, L: { when: low, limit: 1 } },',
    })
    const sensor = parseFacility(text, 'x.yaml').sensors.get('GT-2')
    expect(sensor).toMatchObject({ kind: 'gas', unit: '%LEL', range: [0, 50] })
    expect(sensor?.alarms).toMatchObject([
      { key: 'H', when: 'high', limit: 20, deadband: 2 },
      { key: 'L', when: 'low', limit: 1, deadband: 0 },
      { key: 'FAULT', when: 'fault' },
    ])
  })

  it.each([
    ['{ address: "40003" }', { table: 'holding', address: 2, type: 'uint16' }],
    ['{ address: "300011", type: float32, order: CDAB }', { table: 'input', address: 10, order: 'CDAB' }],
    ['{ address: "10001" }', { table: 'discrete', address: 0, type: 'bit' }],
    ['{ address: 40003 }', { table: 'holding', address: 40003 }],
    ['{ table: coil, address: 7 }', { table: 'coil', address: 7, type: 'bit' }],
    ['{ address: 1, from: [4000, 20000], to: [0, 100] }', { scale: 0.00625, offset: -25 }],
    ['{ address: 1, from: [20000, 4000], to: [0, 100] }', { scale: -0.00625, offset: 125 }],
    ['{ address: 1, scale: 0.1, offset: -40 }', { scale: 0.1, offset: -40 }],
  ])('reads register %s', (register, expected) => {
    const text = plantWith({ '{ address: 1 }': register })
    expect(polledSensors(parseFacility(text, 'x.yaml')).get('GT-1')?.register).toMatchObject(expected)
  })

  it('keeps the words of YAML 1.1 as the texts they are', () => {
    const text = plantWith({ 'id: GT-1\n': 'id: no\n' }, 'server: { auth: off }\n')
    const facility = parseFacility(text, 'x.yaml')
    expect(facility.server.auth).toBe('off')
    expect([...facility.sensors.keys()]).toEqual(['no', 'GT-2'])
  })

  it('may be JSON, have a byte order mark, or lines that end in CR LF', () => {
    const json = JSON.stringify({
      facility: { id: 'plant' },
      gateways: [{ id: 'gw-1', buses: [{ id: 'plc', driver: 'modbus-tcp', host: 'h', devices: [] }] }],
    })
    expect(parseFacility(json, 'x.json').gateways[0]?.buses[0]?.transport).toMatchObject({ host: 'h' })
    for (const text of [`\uFEFF${PLANT}`, PLANT.replaceAll('\n', '\r\n')])
      expect(parseFacility(text, 'x.yaml').digest).toBe(plant.digest)
  })

  it('may say the same thing twice by an alias', () => {
    const text = plantWith({
      '{ address: 1 }': '&r { address: 1 }',
      'register: { address: 2 }': 'register: *r',
    })
    expect(polledSensors(parseFacility(text, 'x.yaml')).get('GT-2')?.register.address).toBe(1)
  })

  it('tells the line of what an alias stands for', () => {
    const text = plantWith({
      '{ address: 1 }': '&r { address: -1 }',
      'register: { address: 2 }': 'register: *r',
    })
    expect(problemsOf(text).lines).toMatchObject(
      [/^18:32 .*sensors\[0\]/, /^18:32 .*sensors\[1\]/].map((line) => expect.stringMatching(line)),
    )
  })

  it('leaves retired sensors out, and their ids taken', () => {
    const text = plantWith({ 'id: GT-2, ': 'id: GT-2, retired: true, ' })
    expect([...parseFacility(text, 'x.yaml').sensors.keys()]).toEqual(['GT-1'])
    expect(problemsOf(text.replace('id: GT-2', 'id: GT-1')).lines).toHaveLength(1)
  })

  it('is frozen', () => {
    const area: object = plant.areas[0] ?? {}
    expect(Object.isFrozen(plant)).toBe(true)
    expect(() => Object.assign(area, { name: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(polledSensors(plant).get('GT-1')?.register ?? {}, { address: 9 })).toThrow(
      TypeError,
    )
  })

  it('has a digest of what gateway and server must agree on, however it is written', () => {
    const digest = (text: string) => parseFacility(text, 'x.yaml').digest
    expect(digest(plantWith({}, 'server: { data: other }\nstore: { retention: 40d }\n'))).toBe(plant.digest)
    expect(digest(plantWith({ 'unit: ppm\n': '"unit": "ppm" # parts per million\n' }))).toBe(plant.digest)
    expect(digest(plantWith({ '{ id: plant }': '{ id: plant, shifts: ["06:00"] }' }))).toBe(plant.digest)
    expect(digest(plantWith({ '{ id: plant }': '{ id: plant, timezone: Asia/Tokyo }' }))).not.toBe(
      plant.digest,
    )
    expect(digest(plantWith({ 'limit: 20': 'limit: 21' }))).not.toBe(plant.digest)
    expect(digest(plantWith({ '{ address: 1 }': '{ address: 3 }' }))).not.toBe(plant.digest)
  })
})

describe('the facility files that people see', () => {
  const open = (path: string) => loadFacility(fileURLToPath(new URL(path, import.meta.url)))

  it('loads the example', () => {
    const example = open('../../facility.example.yaml')
    expect(example.sensors.size).toBeGreaterThanOrEqual(35)
    expect(example.gateways.map(({ id }) => id)).toEqual(['gw-1', 'gw-2'])
  })

  it('loads the example of the design', () => {
    const design = open('../vectors/design-facility.yaml')
    expect(design).toMatchObject({
      id: 'demo-plant',
      mqtt: { url: 'mqtt://127.0.0.1:1883' },
      store: { kind: 'influxdb', org: 'davylamp', bucket: 'davylamp' },
      server: { auth: 'required' },
      derived: [{ id: 'GT-101.rate', compute: 'rate', unit: '%LEL/min', everyMs: 1_000, windowMs: 60_000 }],
    })
    expect(design.sensors.get('GT-101')?.alarms).toMatchObject([
      { id: 'GT-101.H', when: 'high', limit: 20, deadband: 1, onDelayMs: 2_000, offDelayMs: 10_000 },
      { id: 'GT-101.HH', limit: 40, priority: 'critical', latching: true },
      { id: 'GT-101.FAULT' },
    ])
  })
})
