import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { virtual } from './plants.ts'

const facility = parseFacility(
  `facility: { id: plant }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices: [ { id: panel, sensors: [ { id: GT-1, kind: gas, unit: ppm, register: { address: 1 } } ] } ]
foreign: [ { id: shed, topic: shed, sensors: [ { id: F-1, kind: gas, unit: ppm, path: $.gas } ] } ]
`,
  'plant.yaml',
)

describe('foreign devices', () => {
  it('are not simulated: they speak for themselves', () => {
    const simulation = virtual(parseScenario('plant: {}', 'x.yaml', facility), { facility })
    simulation.tick(5_000)
    expect(simulation.value('GT-1')).toBeTypeOf('number')
    expect(simulation.value('F-1')).toBeUndefined()
    expect(() => simulation.force('F-1', 5)).toThrow(expect.objectContaining({ code: 'SENSOR_UNKNOWN' }))
  })

  it('have no place in a scenario', () => {
    const text = 'plant: { detectors: { F-1: { at: [0, 0] } } }\n'
    expect(() => parseScenario(text, 'x.yaml', facility)).toThrow(
      'x.yaml:1:23 plant.detectors.F-1: no sensor that a gateway reads is called "F-1"',
    )
  })
})
