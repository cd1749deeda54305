import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { editorSchema } from '../../contracts/reference/editor-schema.ts'
import { PLANT, plantWith, problemsOf } from './plant-text.ts'

type Keys = Record<string, unknown>

const sensor = (keys: Keys = {}) => ({ id: 'F-1', kind: 'gas', unit: 'ppm', path: '$.gas', ...keys })
const device = (keys: Keys = {}) => ({ id: 'fd-1', topic: 'shed/1', sensors: [sensor()], ...keys })

/** JSON is YAML. */
const section = (...devices: unknown[]) => `foreign: ${JSON.stringify(devices)}\n`
const load = (...devices: unknown[]) => parseFacility(PLANT + section(...devices), 'x.yaml')
const problems = (...devices: unknown[]) =>
  problemsOf(PLANT + section(...devices)).lines.map((line) => line.replace(/^\d+:\d+ /, ''))

describe('a foreign device', () => {
  it('has the defaults of everything it does not say', () => {
    const plant = load(device())
    const resolved = {
      id: 'F-1',
      name: 'F-1',
      kind: 'gas',
      unit: 'ppm',
      quantity: 'gas',
      area: 'foreign',
      gateway: 'foreign',
      bus: 'mqtt',
      device: 'fd-1',
      path: ['gas'],
      scale: 1,
      offset: 0,
      isText: false,
      map: new Map(),
      isRequired: false,
      status: [],
      staleAfterMs: 600_000,
      alarms: [expect.objectContaining({ id: 'F-1.FAULT', when: 'fault', priority: 'medium' })],
    }
    expect(plant.foreign).toEqual([
      {
        id: 'fd-1',
        name: 'fd-1',
        topic: 'shed/1',
        isAbsolute: false,
        payload: 'json',
        sensors: [resolved],
      },
    ])
    expect(plant.sensors.get('F-1')).toEqual(resolved)
    expect(plant.sensors.size).toBe(3)
    expect(plant.areas.map(({ id }) => id)).toEqual(['tank-farm', 'foreign'])
  })

  it('takes what it says', () => {
    const plant = load(
      device({
        absolute: true,
        topic: 'zigbee2mqtt/+',
        area: 'tank-farm',
        staleAfter: '1m',
        time: { path: '$.last_seen', unit: 'iso' },
        status: [{ path: '$.fault', means: { true: 'device-fault' } }],
        sensors: [
          sensor({
            scale: 0.1,
            offset: -40,
            text: true,
            map: { ON: 1, unavailable: 'comm-lost' },
            required: true,
            status: [{ path: '$.mode', means: { 0: 'good' }, others: 'testing' }],
            staleAfter: '5s',
          }),
          sensor({ id: 'F-2', path: "$['a b']", retired: true }),
        ],
      }),
    )
    expect(plant.foreign).toMatchObject([
      { topic: 'zigbee2mqtt/+', isAbsolute: true, time: { path: ['last_seen'], unit: 'iso' } },
    ])
    expect(plant.foreign[0]?.sensors).toMatchObject([
      {
        area: 'tank-farm',
        scale: 0.1,
        offset: -40,
        isText: true,
        isRequired: true,
        staleAfterMs: 5_000,
        map: new Map<string, unknown>([
          ['ON', 1],
          ['unavailable', 'comm-lost'],
        ]),
        status: [
          { path: ['mode'], means: new Map([['0', 'good']]), others: 'testing' },
          { path: ['fault'], means: new Map([['true', 'device-fault']]), others: 'good' },
        ],
      },
    ])
  })

  it('needs no path for a payload of text', () => {
    const { foreign } = load(device({ payload: 'text', sensors: [sensor({ path: undefined })] }))
    expect(foreign[0]?.sensors[0]).toMatchObject({ path: [], isText: true })
  })

  it('is read by nobody: gateways and simulators do not see it, and the digest leaves it out', () => {
    const plant = load(device())
    expect([...polledSensors(plant).keys()]).toEqual(['GT-1', 'GT-2'])
    expect(plant.digest).toBe(parseFacility(PLANT, 'x.yaml').digest)
    expect(plant.digest).not.toBe(parseFacility(plantWith({ 'address: 1': 'address: 3' }), 'x.yaml').digest)
  })

  it('may share a topic with another', () => {
    const other = device({ id: 'fd-2', sensors: [sensor({ id: 'F-2', path: '$.battery' })] })
    expect(load(device(), other).foreign).toHaveLength(2)
  })
})

describe('a sensor of a foreign device and a template', () => {
  const template = (keys: string) =>
    plantWith({ 'kind: gas, unit: "%LEL"': `kind: gas, unit: "%LEL"${keys}` })
  const used = sensor({ kind: undefined, unit: undefined, use: 'lel', alarms: { H: { deadband: 2 } } })

  it('takes what says what it is, and leaves what is for gateways', () => {
    const text = template(', register: { scale: 0.1 }, report: { deadband: 1 }')
    const found = parseFacility(text + section(device({ sensors: [used] })), 'x.yaml').sensors.get('F-1')
    expect(found).toMatchObject({ kind: 'gas', unit: '%LEL', range: [0, 100] })
    expect(found?.alarms).toMatchObject([{ key: 'H', limit: 20, deadband: 2 }, { key: 'FAULT' }])
    expect(found).not.toHaveProperty('register')
    expect(found).not.toHaveProperty('report')
  })

  it('misses no check in silence', () => {
    const text = template(', plausibility: { overRangeAt: 100 }')
    const lines = (keys: Keys) =>
      problemsOf(text + section(device({ sensors: [{ ...used, ...keys }] }))).lines
    expect(lines({})).toEqual([
      '20:79 foreign[0].sensors[0].use: template "lel" has plausibility, which a gateway checks and nobody here: say plausibility: null',
    ])
    expect(lines({ plausibility: null })).toEqual([])
  })

  it('tells the line of the template for what only that has', () => {
    const text = plantWith({ 'limit: 20': 'limit: high' })
    const [line] = problemsOf(text + section(device({ sensors: [used] }))).lines
    expect(line).toMatch(/^4:\d+ templates\.lel\.alarms\.H\.limit: "high": expected a number$/)
  })

  it('has to exist', () => {
    expect(problems(device({ sensors: [{ ...used, use: 'lell' }] }))).toContain(
      'foreign[0].sensors[0].use: no template "lell", did you mean "lel"?',
    )
  })
})

const D = 'foreign[0]'
const S = `${D}.sensors[0]`
const withSensor = (keys: Keys, given: Keys = {}) => [device({ sensors: [sensor(keys)], ...given })]

describe('what can be wrong with a foreign device', () => {
  it.each<[string, unknown[], string[]]>([
    ['no topic', [device({ topic: undefined })], [`${D}.topic: required key "topic" is missing`]],
    [
      'a topic with a half wildcard',
      [device({ topic: 'a+' })],
      [`${D}.topic: "a+": + and # stand for whole levels`],
    ],
    [
      'a topic without an end',
      [device({ topic: 'a/#' })],
      [`${D}.topic: # would take in whatever is published below: name the levels; + stands for one`],
    ],
    [
      'a relative topic that looks absolute',
      [device({ topic: '/a' })],
      [`${D}.topic: it begins without a slash; or say absolute: true`],
    ],
    [
      'a shared subscription',
      [device({ topic: '$share/g/a', absolute: true })],
      [`${D}.topic: $share is a way to subscribe, not a topic`],
    ],
    ...['davylamp/v1/plant/gateways/gw-1/readings', 'davylamp/v1/+/server', '+/v1/plant/alarms/+'].map(
      (topic): [string, unknown[], string[]] => [
        `our own topic ${topic}`,
        [device({ topic, absolute: true })],
        [`${D}.topic: it takes in topics of davylamp/v1 that are the system's own`],
      ],
    ),
    [
      'the id of another device',
      [device({ id: 'Panel' })],
      [`${D}.id: device "Panel" is there already: gateways[0].buses[0].devices[0]`],
    ],
    [
      'the id of another sensor',
      withSensor({ id: 'gt-1' }),
      [`${S}.id: sensor "gt-1" is there already: gateways[0].buses[0].devices[0].sensors[0]`],
    ],
    [
      'an id of the system',
      withSensor({ id: 'sys.x' }),
      [`${S}.id: ids that begin with "sys." are the system's own`],
    ],
    [
      'an unknown area',
      [device({ area: 'tank-fram' })],
      [`${D}.area: no area "tank-fram", did you mean "tank-farm"?`],
    ],
    [
      'no path',
      withSensor({ path: undefined }),
      [`${S}.path: required key "path" is missing: $ when the payload is the value`],
    ],
    [
      'a path that is none',
      withSensor({ path: '$.a-b' }),
      [`${S}.path: "$.a-b": expected .name, [0] or ['any name'] instead of "-b"`],
    ],
    [
      'a time without a sound path',
      [device({ time: { path: 'time' } })],
      [`${D}.time.path: "time": a path begins with $`],
    ],
    [
      'a status without a sound path',
      withSensor({ status: [{ path: 'x', means: {} }] }, { status: [{ path: 'y', means: {} }] }),
      [`${D}.status[0].path: "y": a path begins with $`, `${S}.status[0].path: "x": a path begins with $`],
    ],
    [
      'a word that is no reason',
      withSensor({ map: { off: 'offline' } }),
      [
        expect.stringMatching(
          /^foreign\[0\]\.sensors\[0\]\.map\.off: "offline": expected a number in the unit/,
        ) as never,
      ],
    ],
    [
      'a reason that leaves a value',
      withSensor({ map: { off: 'out-of-spec' } }),
      [expect.stringMatching(/^foreign\[0\]\.sensors\[0\]\.map\.off: "out-of-spec": expected/) as never],
    ],
    ['a scale of 0', withSensor({ scale: 0 }), [`${S}.scale: a scale of 0 would lose the value`]],
    [
      'a range the wrong way round',
      withSensor({ valid: [5, 1] }),
      [`${S}.valid: [5, 1]: the first number must be below the second`],
    ],
    [
      'an alarm without a limit',
      withSensor({ alarms: { H: { when: 'high' } } }),
      [`${S}.alarms.H.limit: required key "limit" is missing for an alarm when high`],
    ],
    [
      'keys of a sensor that a gateway reads',
      withSensor({ register: { address: 1 } }),
      [`${S}.register: unknown key "register"`],
    ],
    [
      'a text with paths in it',
      withSensor({ path: '$.a' }, { payload: 'text', time: { path: '$.t' } }),
      [
        `${D}.time: a payload of text has no time in it`,
        `${S}.path: a payload of text is the value: leave path out`,
      ],
    ],
    [
      'a value that is read twice',
      [device({ sensors: [sensor(), sensor({ id: 'F-2', path: "$['gas']" })] })],
      [`${D}.sensors[1].path: ${S} reads the same value of "shed/1"`],
    ],
    [
      'a value that another device reads',
      [device(), device({ id: 'fd-2', sensors: [sensor({ id: 'F-2' })] })],
      [`foreign[1].sensors[0].path: ${S} reads the same value of "shed/1"`],
    ],
  ])('%s', (_name, devices, expected) => {
    expect(problems(...devices).toSorted()).toEqual(expected.toSorted())
  })

  it('is told with its line', () => {
    const text = `${PLANT}foreign:
  - id: fd-1
    topic: shed/1
    sensors:
      - id: F-1
        kind: gas
        unit: ppm
        path: $.a..b
`
    expect(problemsOf(text).lines).toEqual([
      `27:9 ${S}.path: "$.a..b": expected .name, [0] or ['any name'] instead of "..b"`,
    ])
  })

  it('is a gateway of the reserved name', () => {
    expect(problemsOf(plantWith({ 'id: gw-1': 'id: Foreign' })).lines).toEqual([
      '6:5 gateways[0].id: "foreign" stands for the devices of section foreign',
    ])
  })

  it('is a prefix of our own, whatever it is', () => {
    const text = `mqtt: { prefix: plant }\n${PLANT}`
    const own = section(device({ topic: 'plant/x/server', absolute: true }))
    const other = section(device({ topic: 'davylamp/v1/x/server', absolute: true }))
    expect(problemsOf(text + own).lines).toHaveLength(1)
    expect(problemsOf(text + other).lines).toEqual([])
  })
})

describe('the editor', () => {
  const isTaken = (...devices: unknown[]) => Value.Check(editorSchema(), parse(PLANT + section(...devices)))

  it('does not ask for what has a default or may come from a template', () => {
    expect(isTaken(device())).toBe(true)
    expect(
      isTaken(device({ sensors: [{ id: 'F-1', use: 'lel', path: '$.a', alarms: { H: { limit: 5 } } }] })),
    ).toBe(true)
  })

  it.each([
    ['a misspelt key', device({ topik: 'x' })],
    ['a misspelt key of a sensor', device({ sensors: [sensor({ pth: '$' })] })],
    ['a sensor without id', device({ sensors: [sensor({ id: undefined })] })],
    ['a word that is no reason', device({ sensors: [sensor({ map: { a: 'b' } })] })],
  ])('refuses %s', (_name, wrong) => {
    expect(isTaken(wrong)).toBe(false)
  })
})
