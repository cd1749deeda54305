import { expect, test } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { TestScene } from './field-test-scene.ts'

/** A sensor under test decides nothing about alarms of others: what is made for a test hides nothing. */

const facility = parseFacility(
  `facility: { id: plant }
server: { auth: off }
groups: [ { id: trip, name: Trip, consequences: suppress } ]
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: h, devices: [ { id: panel, sensors: [
          { id: T-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: { H: { when: high, limit: 20, deadband: 2, group: trip } } },
          { id: T-2, kind: gas, unit: ppm, register: { address: 1 }, alarms: { H: { when: high, limit: 20, deadband: 2, group: trip } } },
          { id: P-1, kind: state, unit: "1", register: { address: 2 }, alarms: { OFF: { when: equals, limit: 0 } } },
          { id: F-1, kind: flow, unit: "1", register: { address: 3 }, alarms: { L: { when: low, limit: 5, suppressWhen: [ { alarm: P-1.OFF, reason: pump is off } ] } } },
          { id: F-2, kind: flow, unit: "1", register: { address: 4 }, alarms: { L: { when: low, limit: 5, suppressWhen: [ { sensor: P-1, when: equals, limit: 0, reason: pump is off } ] } } } ] } ] }
`,
  'decides.yaml',
)
const running = { 'P-1': 1, 'F-1': 10, 'F-2': 10, 'T-1': 10, 'T-2': 10 }
const stopped = { ...running, 'P-1': 0 }

function begin(): TestScene {
  const scene = new TestScene(facility)
  scene.read(running)
  scene.news()
  return scene
}

test('an alarm and a sensor under test suppress nothing by declared rules', () => {
  const scene = begin()
  scene.start({ sensors: ['P-1'] })
  scene.news()
  scene.read(stopped)
  expect(scene.news()).toEqual(['P-1.OFF raised DSUPR'])
  scene.read({ 'F-1': 2, 'F-2': 2 })
  expect(scene.news()).toEqual(['F-1.L raised UNACK', 'F-2.L raised UNACK'])
})

test('what they suppressed before is shown for as long as the test runs, and what they say counts afterwards', () => {
  const scene = begin()
  scene.read(stopped)
  scene.read({ 'F-1': 2, 'F-2': 2 })
  expect(scene.state('F-1.L')).toEqual({ shown: 'DSUPR', live: 'UNACK' })
  expect(scene.state('F-2.L')).toEqual({ shown: 'DSUPR', live: 'UNACK' })
  scene.start({ sensors: ['P-1'] })
  expect(scene.state('F-1.L')?.shown).toBe('UNACK')
  expect(scene.state('F-2.L')?.shown).toBe('UNACK')
  scene.end()
  expect(scene.state('F-1.L')?.shown).toBe('DSUPR')
  expect(scene.state('F-2.L')?.shown).toBe('DSUPR')
})

test('a restart in the middle changes nothing of that', () => {
  const scene = begin()
  scene.read(stopped)
  scene.start({ sensors: ['P-1'] })
  const later = new TestScene(facility, scene)
  later.read({ ...stopped, 'F-1': 2, 'F-2': 2 })
  expect(later.state('F-1.L')?.shown).toBe('UNACK')
  expect(later.state('F-2.L')?.shown).toBe('UNACK')
  later.end()
  expect(later.state('F-1.L')?.shown).toBe('DSUPR')
})

test('an alarm under test is not the first of its group, and follows from nothing', () => {
  const scene = begin()
  scene.start({ sensors: ['T-1'] })
  scene.news()
  scene.read({ 'T-1': 30 })
  expect(scene.engine.entry('T-1.H')?.record).toMatchObject({ firstInGroup: false })
  scene.read({ 'T-2': 30 })
  expect(scene.news()).toEqual(['T-1.H raised DSUPR', 'T-2.H raised UNACK'])
  expect(scene.engine.entry('T-2.H')?.record).toMatchObject({ firstInGroup: true })
  scene.end()
  expect(scene.state('T-1.H')?.shown).toBe('UNACK')
})

test('an alarm that came first and is then tested holds nothing down', () => {
  const scene = begin()
  scene.read({ 'T-1': 30 })
  scene.read({ 'T-2': 30 })
  expect(scene.state('T-2.H')?.shown).toBe('DSUPR')
  scene.start({ sensors: ['T-1'] })
  expect(scene.state('T-2.H')?.shown).toBe('UNACK')
})
