import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { type AlarmRecord, shownState } from '../../alerting/alarm-record.ts'
import type { Evaluation } from '../../alerting/evaluation.ts'
import { type AlarmSettings, effective, pastOf } from '../../alerting/settings/alarm-settings.ts'
import type { WantedValues } from '../../contracts/alarm-settings.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { evidenceBatch } from './alarm-fixtures.ts'
import { changed } from './settings-fixtures.ts'

const facility = parseFacility(
  `
facility: { id: plant }
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: h, devices: [ { id: panel, sensors: [
          { id: T-1, kind: gas, unit: ppm, staleAfter: 1h, register: { address: 0 }, alarms: {
            H: { when: high, limit: 20, deadband: 2, onDelay: 10s, offDelay: 10s, latching: true } } } ] } ] }
`,
  'states.yaml',
)
const file = facility.sensors.get('T-1')?.alarms.find(({ key }) => key === 'H')
if (file === undefined) throw new Error('no alarm')

/** T-1.H at work; the clock is at 0 ms, and 4 s pass between what is done and a change. */
class Scene {
  readonly engine = new AlarmEngine({ facility, now: -60_000 })
  settings: AlarmSettings = { file: file as NonNullable<typeof file>, unit: 'ppm', revisions: [] }
  now = 0

  value(value: number, at: number): Evaluation {
    this.now = at
    const readings = [{ sensor: 'T-1', time: at, value, quality: 'good' as const }]
    return this.engine.evaluate(evidenceBatch({ readings }), at)
  }

  /** What it did, with its time. */
  change(wanted: WantedValues, at = this.now): string[] {
    this.now = at
    this.settings = changed(this.settings, wanted, at)
    const to = { config: effective(this.settings), past: pastOf(this.settings) }
    return brief(this.engine.reconfigure('T-1.H', to, at))
  }

  get record() {
    const entry = this.engine.entry('T-1.H')
    if (entry === undefined) throw new Error('no alarm')
    return entry.record
  }
}

const brief = ({ transitions }: Evaluation) => transitions.map(({ event, time }) => `${event} ${time}`)

/** How T-1.H comes into a state by 0 ms; delays that run began at 0. Key: the state. */
const STATES: Record<string, (scene: Scene) => void> = {
  inactive: (scene) => void scene.value(10, 0),
  pendingOn: (scene) => void scene.value(25, 0),
  active: (scene) => {
    scene.value(25, -10_000)
    scene.value(25, 0)
  },
  pendingOff: (scene) => {
    scene.value(25, -20_000)
    scene.value(25, -10_000)
    scene.value(5, 0)
  },
  latched: (scene) => {
    scene.value(25, -30_000)
    scene.value(5, -20_000)
    scene.value(5, 0)
  },
  shelved: (scene) => {
    STATES.active?.(scene)
    const flag = { by: 'li', cause: null, reason: 'works', until: 60_000 }
    scene.engine.act('T-1.H', { kind: 'shelve', time: 0, flag }, 0)
  },
}

/** What a change at 4 s does: what is told, and then condition and end of its delay, or `state` alone. */
const EXPECTED: Record<string, Record<string, string>> = {
  '{"limit":8}': {
    inactive: 'pendingOn 14000',
    pendingOn: 'pendingOn 10000',
    active: 'active',
    pendingOff: 'pendingOff 14000',
    latched: 'inactive',
    shelved: 'active',
  },
  '{"limit":4}': {
    inactive: 'pendingOn 14000',
    pendingOn: 'pendingOn 10000',
    active: 'active',
    pendingOff: 'active',
    latched: 'pendingOn 14000',
    shelved: 'active',
  },
  '{"limit":30}': {
    inactive: 'inactive',
    pendingOn: 'inactive',
    active: 'pendingOff 14000',
    pendingOff: 'pendingOff 14000',
    latched: 'inactive',
    shelved: 'pendingOff 14000',
  },
  '{"limit":30,"offDelay":"0s"}': {
    inactive: 'inactive',
    pendingOn: 'inactive',
    active: 'returned 4000, inactive',
    pendingOff: 'returned 4000, inactive',
    latched: 'inactive',
    shelved: 'returned 4000, inactive',
  },
  '{"limit":4,"onDelay":"0s"}': {
    inactive: 'raised 4000, active',
    pendingOn: 'raised 4000, active',
    active: 'active',
    pendingOff: 'active',
    latched: 'raised 4000, active',
    shelved: 'active',
  },
  '{"deadband":16}': {
    inactive: 'inactive',
    pendingOn: 'pendingOn 10000',
    active: 'active',
    pendingOff: 'active',
    latched: 'inactive',
    shelved: 'active',
  },
  '{"deadband":12}': {
    inactive: 'inactive',
    pendingOn: 'pendingOn 10000',
    active: 'active',
    pendingOff: 'pendingOff 14000',
    latched: 'inactive',
    shelved: 'active',
  },
  '{"onDelay":"6s"}': {
    inactive: 'inactive',
    pendingOn: 'pendingOn 6000',
    active: 'active',
    pendingOff: 'pendingOff 10000',
    latched: 'inactive',
    shelved: 'active',
  },
  '{"onDelay":"1s"}': {
    inactive: 'inactive',
    pendingOn: 'raised 4000, active',
    active: 'active',
    pendingOff: 'pendingOff 10000',
    latched: 'inactive',
    shelved: 'active',
  },
  '{"offDelay":"20s"}': {
    inactive: 'inactive',
    pendingOn: 'pendingOn 10000',
    active: 'active',
    pendingOff: 'pendingOff 20000',
    latched: 'inactive',
    shelved: 'active',
  },
  '{"offDelay":"1s"}': {
    inactive: 'inactive',
    pendingOn: 'pendingOn 10000',
    active: 'active',
    pendingOff: 'pendingOff 4000',
    latched: 'inactive',
    shelved: 'active',
  },
  '{"priority":"critical"}': {
    inactive: 'inactive',
    pendingOn: 'pendingOn 10000',
    active: 'active',
    pendingOff: 'pendingOff 10000',
    latched: 'inactive',
    shelved: 'active',
  },
}

const cases = Object.entries(EXPECTED).flatMap(([change, states]) =>
  Object.entries(states).map(([state, expected]) => [change, state, expected] as const),
)

describe('a change of', () => {
  test.each(cases)('%s while %s: %s', (change, state, expected) => {
    const scene = new Scene()
    STATES[state]?.(scene)
    const before = scene.record
    const told = scene.change(JSON.parse(change), 4_000)
    const { phase, due } = scene.record
    expect([...told, due === null ? phase : `${phase} ${due}`].join(', ')).toBe(expected)
    // A change is no occurrence; what it raises is.
    const raised = told.filter((text) => text.startsWith('raised')).length
    expect(scene.record.occurrence).toBe(before.occurrence + raised)
    expect(scene.record.latched).toBe(before.latched || raised > 0)
    expect(scene.record.shelved).toEqual(before.shelved)
    expect(shownState(scene.record) === 'SHLVD').toBe(state === 'shelved')
  })

  test('every state is among the cases of every change', () => {
    for (const states of Object.values(EXPECTED)) expect(Object.keys(states)).toEqual(Object.keys(STATES))
  })

  it('an on-delay ends by the clock at its new end', () => {
    const scene = new Scene()
    scene.value(25, 0)
    scene.change({ onDelay: '6s' }, 4_000)
    expect(brief(scene.engine.advance(5_999))).toEqual([])
    expect(brief(scene.engine.advance(6_000))).toEqual(['raised 6000'])
  })

  it('an on-delay that is stopped by another limit raises nothing later', () => {
    const scene = new Scene()
    scene.value(25, 0)
    scene.change({ limit: 30 }, 4_000)
    expect(brief(scene.engine.advance(60_000))).toEqual([])
  })

  it('an off-delay that is over by its new length ends on the next good sample, at the change', () => {
    const scene = new Scene()
    STATES.pendingOff?.(scene)
    expect(scene.change({ offDelay: '1s' }, 4_000)).toEqual([])
    expect(brief(scene.value(5, 5_000))).toEqual(['returned 4000'])
  })

  it('the limit of a sensor with nothing but calm samples is crossed at once', () => {
    const scene = new Scene()
    for (const at of [0, 1_000, 2_000]) scene.value(10, at)
    scene.change({ limit: 12, onDelay: '0s' }, 3_000)
    expect(brief(scene.value(12, 4_000))).toEqual(['raised 4000'])
    scene.change({ limit: 20, offDelay: '0s' }, 5_000)
    expect(brief(scene.value(19, 6_000))).toEqual([])
  })

  it('a silent sensor clears nothing, and what it said last may raise', () => {
    const scene = new Scene()
    STATES.active?.(scene)
    scene.engine.advance(2 * 3_600_000)
    expect(scene.change({ limit: 30, offDelay: '0s' }, 2 * 3_600_000)).toEqual([])
    expect(scene.record).toMatchObject({ phase: 'active', unknown: true })
  })
})

describe('after a kill between a change and what follows from it', () => {
  /** T-1.H as a start finds it: the change stands, its record is that of before. */
  function killed(prepare: (scene: Scene) => void, wanted: WantedValues, at = 4_000) {
    const scene = new Scene()
    prepare(scene)
    scene.engine.advance(at)
    const { record } = scene
    const { revisions } = changed(scene.settings, wanted, at)
    return startFrom(scene, record, revisions)
  }

  function startFrom(scene: Scene, record: AlarmRecord, revisions: AlarmSettings['revisions']) {
    const engine = new AlarmEngine({
      facility,
      now: scene.now,
      records: new Map([['T-1.H', { record, position: 1 }]]),
      settings: new Map([['T-1.H', revisions]]),
      snapshot: scene.engine.snapshot(),
    })
    const told = brief(engine.live(5_000))
    return { engine, told, record: () => engine.entry('T-1.H')?.record, revisions, scene }
  }

  it('what is held raises by the new limit', () => {
    const start = killed(STATES.inactive ?? (() => undefined), { limit: 8, onDelay: '0s' })
    expect(start.told).toEqual(['raised 5000'])
  })

  it('an on-delay that the new limit stops is stopped', () => {
    const start = killed(STATES.pendingOn ?? (() => undefined), { limit: 30 })
    expect(start.told).toEqual([])
    expect(start.record()).toMatchObject({ phase: 'inactive', revision: 1 })
    expect(brief(start.engine.advance(60_000))).toEqual([])
  })

  it('nothing is cleared before the next good sample', () => {
    const start = killed(STATES.active ?? (() => undefined), { limit: 30, offDelay: '0s' })
    expect(start.told).toEqual([])
    expect(start.record()).toMatchObject({ phase: 'active', revision: 1 })
    const readings = [{ sensor: 'T-1', time: 6_000, value: 25, quality: 'good' as const }]
    expect(brief(start.engine.evaluate(evidenceBatch({ readings }), 6_000))).toEqual(['returned 6000'])
  })

  it('it is made up for once, and not at every start', () => {
    const { record, revisions, scene } = killed(STATES.pendingOn ?? (() => undefined), { onDelay: '16s' })
    const first = record()
    expect(first).toMatchObject({ phase: 'pendingOn', due: 16_000, revision: 1 })
    const again = startFrom(scene, first as AlarmRecord, revisions)
    expect(again.record()).toMatchObject({ phase: 'pendingOn', due: 16_000 })
  })

  it('is not needed where it had followed', () => {
    const scene = new Scene()
    STATES.pendingOn?.(scene)
    scene.change({ onDelay: '16s' }, 4_000)
    const again = startFrom(scene, scene.record, scene.settings.revisions)
    expect(again.record()).toMatchObject({ phase: 'pendingOn', due: 16_000 })
  })
})

const values = fc.constantFrom(5, 10, 15, 17, 19, 25, 35)
const limits = fc.constantFrom(8, 12, 18, 24, 30)

describe('changes of any kind', () => {
  it('and their reverse at once tell nothing and leave the condition, where there are delays', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1 }), limits, fc.nat(12), (story, limit, seconds) => {
        const scene = new Scene()
        for (const [index, value] of story.entries()) scene.value(value, index * 4_000)
        scene.engine.advance(scene.now + seconds * 1_000)
        const at = scene.now + seconds * 1_000
        const { phase, due, occurrence } = scene.record
        expect(scene.change({ limit }, at)).toEqual([])
        expect(scene.change({ limit: 20 }, at)).toEqual([])
        // A return is as it is seen now: what ran may have to begin anew.
        if (phase === 'pendingOn') expect(['pendingOn', 'inactive']).toContain(scene.record.phase)
        else if (phase !== 'pendingOff') expect(scene.record).toMatchObject({ phase, due, occurrence })
        else expect(scene.record.due ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(Number(due))
      }),
    )
  })

  it('without delays leave the alarm as one that never had other settings', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(values, limits), { minLength: 1 }), (story) => {
        const scene = new Scene()
        scene.value(1, 0)
        scene.change({ onDelay: '0s', offDelay: '0s', deadband: 0 })
        let limit = 20
        for (const [index, [value, next]] of story.entries()) {
          scene.value(value, (index + 1) * 1_000)
          if (next !== limit) scene.change({ limit: next })
          limit = next
          expect(scene.record.phase).toBe(value >= next ? 'active' : 'inactive')
        }
      }),
    )
  })

  it('tell nothing before the change that made it so', () => {
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 1 }),
        limits,
        fc.constantFrom('0s', '1s', '30s'),
        (story, limit, delay) => {
          const scene = new Scene()
          for (const [index, value] of story.entries()) scene.value(value, index * 4_000)
          const at = scene.now + 3_000
          scene.engine.advance(at)
          const told = scene.change({ limit, onDelay: delay, offDelay: delay }, at)
          for (const text of told) expect(Number(text.split(' ')[1])).toBe(at)
          for (const { time } of scene.value(40, at + 1).transitions) expect(time).toBeGreaterThanOrEqual(at)
        },
      ),
    )
  })
})
