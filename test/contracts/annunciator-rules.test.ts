import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { type AnnunciatorParts, plantText, plantWith } from '../gateway/annunciator/annunciator-plant.ts'
import { PLANT, problemsOf } from './plant-text.ts'
import { filesLike } from './source-files.ts'

const LAMP = { id: 'lamp', register: { table: 'coil', address: 0 }, safe: 'off', shows: 'active' }
const problems = (parts: AnnunciatorParts) =>
  problemsOf(plantText(parts)).lines.map((line) => line.replace(/^\d+:\d+ /, ''))
const ofLamp = (parts: object) => problems({ outputs: [{ ...LAMP, ...parts }] })
const at = 'annunciators[0]'

describe('annunciators of a facility file', () => {
  it('have what is not said filled in', () => {
    const { annunciator } = plantWith({
      unit: 3,
      outputs: [
        {
          ...LAMP,
          flash: '500ms',
          readback: { table: 'discrete', address: 8, off: 1, on: 0, after: '50ms' },
        },
      ],
    })
    expect(annunciator).toEqual({
      id: 'horns',
      name: 'horns',
      bus: {
        id: 'horns',
        driver: 'modbus-tcp',
        transport: { kind: 'tcp', host: '127.0.0.1', port: 1502 },
        timeoutMs: 100,
        latenessMs: 100,
        devices: [],
      },
      unitId: 3,
      refreshMs: 1_000,
      isMultiple: false,
      confirmed: { by: 'A. Turner', on: '2026-11-30' },
      outputs: [
        {
          id: 'lamp',
          name: 'lamp',
          register: { table: 'coil', address: 0 },
          values: { on: 1, off: 0 },
          safe: 'off',
          shows: 'active',
          match: {},
          flashMs: 500,
          isAudible: false,
          readback: { table: 'discrete', address: 8, values: { on: 0, off: 1 }, afterMs: 50 },
        },
      ],
    })
  })

  it('are nothing that gateway and server have to agree on', () => {
    const [a, b] = [{}, { refresh: '2s' }].map((parts) => parseFacility(plantText(parts), 'x.yaml'))
    expect(a?.digest).toBe(b?.digest)
    expect(a?.fingerprint).not.toBe(b?.fingerprint)
  })

  it.each([
    [{ on: 0 }, 'on: on and off are the same'],
    [{ on: 2 }, 'on: a coil is 0 or 1'],
    [{ shows: 'server-alive', safe: 'on' }, 'safe: what shows that the server is heard would always be on'],
    [{ shows: 'server-alive', match: { lifeSafety: true } }, 'match: server-alive is about no alarm'],
    [{ flash: '100ms' }, 'flash: 100ms: expected 200ms to 10s'],
    [{ match: { areas: ['tank-frm'] } }, 'match.areas[0]: no area "tank-frm", did you mean "tank-farm"?'],
    [{ match: { sensors: ['GT-9'] } }, 'match.sensors[0]: no sensor "GT-9", did you mean "GT-1"?'],
    [{ match: { classes: ['safty'] } }, 'match.classes[0]: no class "safty", did you mean "safety"?'],
    [{ readback: { table: 'coil', address: 0, on: 5 } }, 'readback: a coil is 0 or 1: give on and off'],
    [{ readback: { table: 'input', address: 0, on: 0 } }, 'readback: on and off are the same'],
    [{ readback: { table: 'input', address: 0, after: '3s' } }, 'readback.after: 3s: expected 0ms to 2s'],
  ])('an output of %j is refused', (parts, message) => {
    expect(ofLamp(parts)).toEqual([`${at}.outputs[0].${message}`])
  })

  it.each([
    [{ refresh: '50ms' }, 'refresh: 50ms: expected 100ms to 1m'],
    [
      { bus: { driver: 'modbus-rtu', serial: { path: '/dev/ttyS1' } }, unit: 0 },
      'unit: unit 0 is broadcast: nobody answers it',
    ],
    [
      { bus: { driver: 'serial-line', serial: { path: '/dev/ttyS1' } } },
      'bus.driver: serial-line cannot be written to: give a Modbus driver',
    ],
    [{ bus: { driver: 'modbus-rtu', host: 'x' } }, 'bus.host: driver modbus-rtu has no "host"'],
    [{ outputs: [LAMP, { ...LAMP, id: 'horn' }] }, 'outputs[1].register: output lamp has it already'],
    [
      { outputs: [LAMP, { ...LAMP, id: 'Lamp', register: { table: 'coil', address: 1 } }] },
      `outputs[1].id: output "Lamp" is there already: ${at}.outputs[0]`,
    ],
  ])('%j is refused', (parts, message) => {
    expect(problems(parts)).toContain(`${at}.${message}`)
  })

  it('take areas and sensors of the system itself', () => {
    expect(ofLamp({ match: { areas: ['system'], sensors: ['sys.gw-1.link'] } })).toEqual([])
  })

  it('are in the docs as they may stand in a file', () => {
    const page = filesLike('docs/annunciator.md').get('docs/annunciator.md') ?? ''
    const [example = ''] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml)
    const [annunciator] = parseFacility(`${PLANT}${example}`, 'x.yaml').annunciators
    expect(annunciator?.outputs.map(({ id, safe }) => `${id} ${safe}`)).toEqual([
      'horn off',
      'beacon on',
      'lamp off',
      'alive off',
    ])
    expect(annunciator?.confirmed).toEqual({ by: 'A. Turner', on: '2026-11-30' })
  })

  it('have a line of their own', () => {
    const serial = { path: '/dev/ttyUSB0' }
    const plant = JSON.parse(plantText({ bus: { driver: 'modbus-rtu', serial } }))
    plant.gateways[0].buses[0] = { id: 'line', driver: 'modbus-rtu', serial, devices: [] }
    plant.annunciators.push({ ...plant.annunciators[0], id: 'lamps' })
    const message = 'another program has this port: give the module a line of its own'
    expect(problemsOf(JSON.stringify(plant)).lines.map((line) => line.replace(/^\d+:\d+ /, ''))).toEqual([
      `annunciators[0].bus.serial: ${message}`,
      `annunciators[1].bus.serial: ${message}`,
    ])
  })
})
