import { expect, test } from 'vitest'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { ReadFacility } from '../../contracts/facility-reader.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { Reload } from '../../ingest/reload.ts'
import { planReload } from '../../ingest/reload-plan.ts'

function plant(id: string, sensors: Record<string, string>, more = ''): Facility {
  const list = Object.entries(sensors).map(
    ([sensor, alarms], address) =>
      `{ id: ${sensor}, kind: gas, unit: ppm, register: { address: ${address} }, alarms: ${alarms} }`,
  )
  return parseFacility(
    `facility: { id: ${id} }
${more}
gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [ ${list.join(', ')} ] } ] } ] } ]
`,
    `${id}.yaml`,
  )
}

const H = '{ H: { when: high, limit: 20 } }'
const current = (...facilities: Facility[]) => new Map(facilities.map((facility) => [facility.id, facility]))
const unchanged = ({ id, file, fingerprint }: Facility): ReadFacility => ({
  id,
  file,
  fingerprint,
  isUnchanged: true,
})

test('says what is new, gone and different, sensor by sensor and alarm by alarm', () => {
  const before = plant('a', {
    A: H,
    B: H,
    C: '{ H: { when: high, limit: 20 }, L: { when: low, limit: 1 } }',
    D: H,
  })
  const after = plant('a', { A: H, B: '{ H: { when: high, limit: 21 } }', C: H, E: H })
  const plan = planReload(current(before), [after])
  expect(plan).toMatchObject({ changed: [after], added: [], removed: [] })
  expect(plan.view).toEqual([
    { facility: 'a', changed: true, added: ['E'], removed: ['D'], changedAlarms: ['B.H', 'C.L'] },
  ])
})

test('a facility whose file says the same is left alone; others come and go', () => {
  const [a, b, c] = [plant('a', { A: H }), plant('b', { B: H }), plant('c', { C: H })]
  const plan = planReload(current(a, b), [unchanged(a), c])
  expect(plan).toMatchObject({ changed: [], added: [c], removed: ['b'] })
  expect(plan.view).toEqual([
    { facility: 'a', changed: false, added: [], removed: [], changedAlarms: [] },
    { facility: 'c', changed: true, added: ['C'], removed: [], changedAlarms: [] },
    { facility: 'b', changed: true, added: [], removed: ['B'], changedAlarms: [] },
  ])
})

test('what is made once, at the start, needs a restart, and all of it is told', () => {
  const before = plant('a', { A: H })
  const after = plant('a', { A: H }, 'mqtt: { prefix: x }\nserver: { auth: off }\nstore: { retention: 40d }')
  expect(() => planReload(current(before), [after])).toThrow(
    'RELOAD_NEEDS_RESTART: a.yaml: mqtt has changed\na.yaml: store has changed\na.yaml: server has changed',
  )
})

test('files that mean the same have one fingerprint, and what is anywhere different has another', () => {
  const one = plant('a', { A: H })
  expect(plant('a', { A: H }, '# a comment\nareas: []').fingerprint).toBe(one.fingerprint)
  expect(plant('a', { A: H }, 'server: { auth: off }').fingerprint).not.toBe(one.fingerprint)
  expect(plant('a', { A: H }, 'server: { auth: off }').digest).toBe(one.digest)
})

test('one reload at a time; all who ask meanwhile get the one that follows', async () => {
  const a = plant('a', { A: H })
  const reads: (() => void)[] = []
  const reload = new Reload({
    renew: () => undefined,
    read: () => new Promise((resolve) => reads.push(() => resolve([unchanged(a)]))),
    facilities: () => current(a),
    change: () => Promise.resolve(),
    logger: silentLogger,
  })
  const first = reload.run()
  const [second, third] = [reload.run(), reload.run()]
  expect([second === third, second === first, reads.length]).toEqual([true, false, 1])
  reads[0]?.()
  await first
  await new Promise((resolve) => setImmediate(resolve))
  expect(reads).toHaveLength(2)
  const fourth = reload.run()
  expect(fourth).not.toBe(second)
  reads[1]?.()
  await second
  await new Promise((resolve) => setImmediate(resolve))
  reads[2]?.()
  await fourth
  await reload.settled()
  expect(reads).toHaveLength(3)
})

test('a reload that fails changes nothing, says why, and lets the next one begin', async () => {
  const a = plant('a', { A: H })
  const told: object[] = []
  let isBroken = true
  const reload = new Reload({
    renew: () => undefined,
    read: () => (isBroken ? Promise.reject(new Error('odd')) : Promise.resolve([plant('a', { B: H })])),
    facilities: () => current(a),
    change: () => Promise.resolve(),
    logger: { ...silentLogger, error: (fields) => void told.push(fields) },
  })
  const [failed, next] = [reload.run(), reload.run()]
  await expect(failed).rejects.toThrow('odd')
  isBroken = false
  await expect(next).rejects.toThrow('odd')
  await expect(reload.run()).resolves.toMatchObject({ facilities: [{ changed: true, added: ['B'] }] })
  expect(told).toMatchObject([{ code: 'INTERNAL' }, { code: 'INTERNAL' }])
})
