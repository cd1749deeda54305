import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALARM_KEY_PATTERN, alarmId, ID_PATTERN } from '../../contracts/ids.ts'
import { GATEWAY_CHANNELS, Topics } from '../../contracts/topics.ts'

const ids = fc.stringMatching(new RegExp(ID_PATTERN))
const topics = new Topics('davylamp/v1', 'demo-plant')

describe('topics', () => {
  it('are those of the design', () => {
    expect(topics.gateway('gw-1', 'readings')).toBe('davylamp/v1/demo-plant/gateways/gw-1/readings')
    expect(topics.everyGateway('state')).toBe('davylamp/v1/demo-plant/gateways/+/state')
    expect(topics.alarm('GT-101.H')).toBe('davylamp/v1/demo-plant/alarms/GT-101.H')
    expect(topics.everyAlarm()).toBe('davylamp/v1/demo-plant/alarms/+')
    expect(topics.server()).toBe('davylamp/v1/demo-plant/server')
    expect(topics.journal()).toBe('davylamp/v1/demo-plant/journal')
    expect(topics.everyAnnunciator()).toBe('davylamp/v1/demo-plant/annunciators/+')
    expect(topics.foreign({ topic: 'shed/+', isAbsolute: false })).toBe(
      'davylamp/v1/demo-plant/foreign/shed/+',
    )
    expect(topics.foreign({ topic: 'zigbee2mqtt/shed', isAbsolute: true })).toBe('zigbee2mqtt/shed')
    expect(topics.parse('davylamp/v1/demo-plant/foreign/shed/1')).toEqual({ kind: 'foreign' })
  })

  it('come back from their text, whatever the prefix and the ids', () => {
    const prefixes = fc.array(fc.stringMatching(/^[^+#\s/]+$/), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(
        prefixes,
        ids,
        ids,
        fc.constantFrom(...GATEWAY_CHANNELS),
        (prefix, facility, gateway, channel) => {
          const built = new Topics(prefix.join('/'), facility)
          expect(built.parse(built.gateway(gateway, channel))).toEqual({ kind: 'gateway', gateway, channel })
          expect(built.parse(built.server())).toEqual({ kind: 'server' })
          expect(built.parse(built.journal())).toEqual({ kind: 'journal' })
          expect(built.parse(built.annunciator(gateway))).toEqual({
            kind: 'annunciator',
            annunciator: gateway,
          })
        },
      ),
    )
    fc.assert(
      fc.property(ids, fc.stringMatching(new RegExp(ALARM_KEY_PATTERN)), (sensor, key) => {
        const alarm = alarmId(sensor, key)
        expect(topics.parse(topics.alarm(alarm))).toEqual({ kind: 'alarm', alarm })
      }),
    )
  })

  it.each([
    '',
    'davylamp/v1/demo-plant',
    'davylamp/v1/demo-plant/',
    'davylamp/v1/demo-plant2/server',
    'davylamp/v1/other/server',
    'davylamp/v2/demo-plant/server',
    'x/davylamp/v1/demo-plant/server',
    'davylamp/v1/demo-plant/server/x',
    'davylamp/v1/demo-plant/journal/x',
    'davylamp/v1/demo-plant/alarms',
    'davylamp/v1/demo-plant/alarms/',
    'davylamp/v1/demo-plant/alarms/GT-101.H/x',
    'davylamp/v1/demo-plant/annunciators',
    'davylamp/v1/demo-plant/annunciators/',
    'davylamp/v1/demo-plant/annunciators/horns/x',
    'davylamp/v1/demo-plant/gateways/gw-1',
    'davylamp/v1/demo-plant/gateways//readings',
    'davylamp/v1/demo-plant/gateways/gw-1/reading',
    'davylamp/v1/demo-plant/gateways/gw-1/readings/x',
    'davylamp/v1/demo-plant/foreign',
  ])('%j is none of ours', (topic) => {
    expect(topics.parse(topic)).toBeUndefined()
  })
})
