import { describe, expect, it } from 'vitest'
import type { Device, PolledSensor, Register } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Driver } from '../../contracts/facility-words.ts'
import { loadProfile, profileNames, profilePath } from '../../contracts/profile-load.ts'
import { scaled } from '../../contracts/scaled.ts'
import { planDevice } from '../../gateway/polling/plan.ts'
import { outOfRange } from '../../gateway/quality/assess.ts'
import { type Decoded, decode } from '../../gateway/quality/decode.ts'
import { statusOf } from '../../gateway/quality/status.ts'
import vectors from '../vectors/profiles.json' with { type: 'json' }

interface Case {
  readonly profile: string
  readonly point: string
  readonly channel?: number
  readonly case: string
  /** Key: table and protocol address of the first word. */
  readonly words: Readonly<Record<string, string | undefined>>
  readonly value?: number
  readonly absTol?: number
  /** What the device says; absent when that is good. */
  readonly reason?: string
  readonly range?: string
  readonly undecodable?: string
}
const cases: readonly Case[] = vectors.cases

/** The way that a bus of each driver needs. */
const WAYS: Readonly<Record<string, string>> = {
  'modbus-tcp': 'host: 192.0.2.1',
  'modbus-rtu': 'serial: { path: /dev/ttyS0 }',
  'modbus-rtu-over-tcp': 'host: 192.0.2.1',
  'modbus-ascii': 'serial: { path: /dev/ttyS0 }',
}

/** The device of a facility with this profile. */
function deviceOf(driver: Driver | undefined, body: string): Device {
  const text = `
facility: { id: plant }
gateways:
  - id: gw-1
    buses:
      - id: bus
        driver: ${driver}
        ${WAYS[driver ?? ''] ?? ''}
        devices:
          - { id: d, ${body} }
`
  const device = parseFacility(text, 'x.yaml').gateways[0]?.buses[0]?.devices[0]
  if (device === undefined) throw new Error('no device')
  return device
}

function sensorOf({ profile, point, channel }: Case): PolledSensor {
  const [driver] = loadProfile(profilePath(profile)).drivers
  const which = channel === undefined ? '' : `, channel: ${channel}`
  const device = deviceOf(driver, `profile: ${profile}, sensors: [ { id: S, point: ${point}${which} } ]`)
  const [sensor] = device.sensors
  if (sensor === undefined) throw new Error('no sensor')
  return sensor
}

/** What stands in a register when the device sends these words; it fails where the case says nothing. */
function found(register: Register, words: Case['words']): Decoded {
  for (const [place, hex] of Object.entries(words)) {
    const [table, start] = place.split(' ')
    const block = (hex ?? '').split(' ').map((word) => Number.parseInt(word, 16))
    const from = register.address - Number(start)
    if (table !== register.table || from < 0 || from >= block.length) continue
    return decode(register, { kind: 'words', words: block }, Number(start))
  }
  throw new Error(`the case says nothing of ${register.table} ${register.address}`)
}

describe('the worked examples of the manuals', () => {
  it.each(cases.map((one) => [`${one.profile} ${one.point}: ${one.case}`, one] as const))(
    '%s',
    (_name, one) => {
      const sensor = sensorOf(one)
      const decoded = found(sensor.register, one.words)
      if (!decoded.ok) {
        expect(decoded.reason).toBe(one.undecodable)
        return
      }
      expect(one.undecodable).toBeUndefined()
      const value = scaled(decoded.raw, sensor.register) ?? Number.NaN
      expect(Math.abs(value - (one.value ?? Number.NaN)), `${value}`).toBeLessThanOrEqual(one.absTol ?? 0)
      expect(outOfRange(sensor, { raw: decoded.raw, value })).toBe(one.range)

      const verdict = statusOf(sensor.status, (register) => {
        const status = found(register, one.words)
        return status.ok ? { ok: true, text: String(status.raw), raw: status.raw } : status
      })
      expect(verdict).toEqual(
        one.reason === undefined ? { kind: 'good' } : { kind: 'said', reason: one.reason },
      )
    },
  )

  it('tell of every profile', () => {
    expect([...new Set(cases.map(({ profile }) => profile))].sort()).toEqual(profileNames())
  })
})

const ALL = profileNames().map((name) => ({ name, profile: loadProfile(profilePath(name)) }))

describe.each(ALL)('profile $name', ({ name, profile }) => {
  const hasChannels = Object.values(profile.points).some(({ channels }) => channels !== undefined)

  it('is named after its file, has a source, and claims nothing', () => {
    expect(profile).toMatchObject({ profile: name, verifiedOnHardware: false })
    expect(profile.source).toMatch(/\d/)
  })

  it.each(profile.drivers)('makes a device of driver %s that can be read in full', (driver) => {
    const device = deviceOf(driver, `profile: ${name}${hasChannels ? ', channels: 2' : ''}`)
    expect(device.profile).toBe(name)
    expect(device.sensors.length).toBeGreaterThan(0)
    const { blocks, problems } = planDevice(device)
    expect(problems).toEqual([])
    const read = blocks.flatMap(({ sensors }) => sensors.map(({ id }) => id))
    expect(read.sort()).toEqual(device.sensors.map(({ id }) => id).sort())
  })

  it.each(Object.keys(profile.points))('gives its point %s where it is listed', (point) => {
    const device = deviceOf(profile.drivers[0], `profile: ${name}, sensors: [ { id: S, point: ${point} } ]`)
    expect(device.sensors.map(({ id }) => id)).toEqual(['S'])
    expect(planDevice(device).problems).toEqual([])
  })

  it('says of every point what it is', () => {
    for (const point of Object.values(profile.points)) expect(point.name).toBeDefined()
  })
})

describe('what only a heartbeat shows', () => {
  it.each([
    ['honeywell-xrl', 107, 20_000],
    ['honeywell-midas', 9, 10_000],
  ])('%s has it at address %d', (name, address, withinMs) => {
    const { drivers } = loadProfile(profilePath(name))
    expect(deviceOf(drivers[0], `profile: ${name}`).heartbeat).toMatchObject({
      register: { address },
      withinMs,
    })
  })

  it('is not claimed for the others', () => {
    const with_ = ALL.filter(({ profile }) => profile.device.heartbeat !== undefined).map(({ name }) => name)
    expect(with_).toEqual(['honeywell-midas', 'honeywell-xrl'])
  })
})

describe('what an instrument may differ in', () => {
  it('can be said in the facility file: the address base of a Palert, the scale of a gauge', () => {
    const palert = deviceOf('modbus-tcp', 'profile: palert, addressBase: oneBased')
    expect(palert.sensors.map(({ register }) => register.address)).toEqual([100, 101, 102, 108, 109])
    const body =
      'profile: pneumercator-tms, sensors: [ { id: S, point: level, unit: in, register: { scale: 0.1 } } ]'
    expect(deviceOf('modbus-rtu', body).sensors[0]).toMatchObject({
      unit: 'in',
      register: { address: 3, type: 'int32', scale: 0.1 },
    })
  })

  it('puts value and state of a detector into one request', () => {
    for (const [name, count] of [
      ['honeywell-xcd', 5],
      ['honeywell-xrl', 6],
      ['honeywell-midas', 10],
    ] as const) {
      const [driver] = loadProfile(profilePath(name)).drivers
      expect(planDevice(deviceOf(driver, `profile: ${name}`)).blocks, name).toMatchObject([{ count }])
    }
  })
})
