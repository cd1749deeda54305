import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { LEVEL_KINDS } from '../../contracts/analytics/level/kinds.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

const page = readFileSync(new URL('../../docs/tanks.md', import.meta.url), 'utf8')
const PLANT = `facility: { id: plant }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            area: tank-farm
            sensors:
              - { id: LT-101, kind: level, unit: mm, register: { address: 0 } }
              - { id: TT-101, kind: temperature, unit: degC, register: { address: 2 } }
              - { id: FT-101, kind: flow, unit: m3/h, register: { address: 4 } }
              - { id: FT-102, kind: flow, unit: m3/h, register: { address: 6 } }
              - { id: XV-101, kind: state, unit: "1", register: { address: 8 } }
`

it('its example is a facility file', () => {
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? ''
  const facility = parseFacility(PLANT + example, 'plant.yaml')
  expect([...facility.tanks.keys()]).toEqual(['T-101', 'V-201', 'T-301'])
  expect(new Set(facility.derived.map(({ compute }) => compute)).size).toBe(8)
})

it('it has every computation of tanks, with its unit', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \|.*\| (\S+) \|$/gm)].map(([, name, unit]) => [name, unit])
  const none = { id: 'X', of: 'X', compute: 'x', report: { deadband: 0, maxInterval: '30s' }, alarms: {} }
  const [, ...listed] = rows
  expect(listed).toEqual(LEVEL_KINDS.map(({ name, unit }) => [name, unit(none as never, [])]))
})
