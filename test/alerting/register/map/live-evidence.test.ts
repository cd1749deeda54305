import { expect, it } from 'vitest'
import { AlarmService } from '../../../../alerting/alarm-service.ts'
import { inventoriesOf } from '../../../../alerting/register/map/inventory.ts'
import { liveEvidence } from '../../../../alerting/register/map/live-evidence.ts'
import { SteadyClock } from '../../../../contracts/clock.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import type { Reading } from '../../../../contracts/reading.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { absentFacility } from '../../absent-ports.ts'
import { evidenceBatch } from '../../alarm-fixtures.ts'
import { DirectStates } from '../../direct-states.ts'

const facility = parseFacility(
  `
facility: { id: plant, timezone: UTC }
responders: [ { id: a }, { id: b }, { id: c } ]
areas: [ { id: farm }, { id: shed } ]
register:
  sources:
    - { id: store, name: Store, kind: storage, areas: [shed], people500m: 60, responsible: { overall: a, technical: b, operations: c },
        substances: [ { cas: 7782-50-5, tonnes: 20 } ] }
    - { id: drum, name: Drum, kind: storage, areas: [farm], people500m: 0, responsible: { overall: a, technical: b, operations: c },
        substances: [ { cas: 7782-50-5, tonnes: 1 } ] }
gateways:
  - id: gw-1
    outbox: { path: memory }
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            area: farm
            sensors:
              - { id: GT-1, kind: gas, unit: "%LEL", register: { address: 0 }, alarms: { HH: { when: high, limit: 40, priority: critical } } }
              - { id: SE-1, kind: seismic, unit: "1", quantity: intensity, register: { address: 2 } }
              - { id: SE-2, kind: seismic, unit: Gal, quantity: PGA, register: { address: 4 } }
`,
  'plant.yaml',
)

it('sees what stands, what was shelved and still stands, what is stored and how the ground moves', async () => {
  const clock = { wall: () => 1_000_000, monotonic: () => 1_000_000 }
  const states = new DirectStates(temporaryFolder())
  const alarms = await AlarmService.start({
    facility,
    states,
    clock: new SteadyClock(clock),
    tell: () => undefined,
    logger: silentLogger,
  })
  const readings = new Map<string, Reading>()
  const plant = {
    latest: (sensor: string) => readings.get(sensor),
    gateways: () => [],
    derived: () => undefined,
  }
  const place = { ...absentFacility(facility), alarms, plant }
  const look = () => liveEvidence(place, inventoriesOf)

  const before = look()
  expect([...before.alarms.keys()]).toEqual([])
  // Chlorine: 1.5 x 4 x 20/5. One tonne is no major-hazard installation.
  expect([...before.inventories]).toEqual([
    ['shed', [{ id: 'store', R: 24, grade: 3, current: null, area: 'shed' }]],
  ])
  expect(before.intensities).toEqual([])

  await alarms.evaluate(
    evidenceBatch({ readings: [{ sensor: 'GT-1', time: 999_000, value: 60, quality: 'good' }] }),
    1,
  )
  readings.set('SE-1', { sensor: 'SE-1', time: 999_000, value: 5.1, quality: 'good' })
  readings.set('SE-2', { sensor: 'SE-2', time: 999_000, value: 90, quality: 'good' })
  const standing = [{ id: 'GT-1.HH', state: 'UNACK', priority: 'critical', lifeSafety: false }]
  expect([...look().alarms]).toEqual([['farm', standing]])
  expect(look().intensities).toEqual([{ sensor: 'SE-1', value: 5.1 }])

  const flag = { by: 'li', reason: 'known', since: 1_000_000, until: 9_000_000, cause: null }
  await alarms.act('GT-1.HH', (time) => ({ kind: 'shelve', time, flag }))
  expect(alarms.view('GT-1.HH')?.state).toBe('SHLVD')
  expect([...look().alarms]).toEqual([['farm', standing]])

  // What is no measurement says nothing of the ground.
  readings.set('SE-1', { sensor: 'SE-1', time: 999_500, value: 9, quality: 'bad', reason: 'frozen' })
  expect(look().intensities).toEqual([])
  await alarms.stop()
  await states.close()
})
