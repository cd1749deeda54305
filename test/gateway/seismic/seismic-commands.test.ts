import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../temporary-folder.ts'
import { run } from '../command-scene.ts'
import { Accelerograph } from './accelerograph.ts'

describe('commands of a gateway with a seismic station', () => {
  let instrument: Accelerograph
  let sending: NodeJS.Timeout

  beforeEach(async () => {
    instrument = new Accelerograph()
    instrument.start = Math.floor(Date.now() / 1_000) * 1_000 - 60_000
    await instrument.listen()
    sending = setInterval(() => instrument.shake(2, 20), 50)
  })

  afterEach(async () => {
    clearInterval(sending)
    await instrument.close()
  })

  function plant(protocol: 'frames' | 'registers' = 'frames'): string {
    const file = join(temporaryFolder(), 'plant.yaml')
    writeFileSync(
      file,
      `
facility: { id: plant }
gateways:
  - id: gw-1
    outbox: { path: memory }
    buses:
      - id: quake
        driver: seismic
        protocol: ${protocol}
        host: 127.0.0.1
        port: ${instrument.port}
        timeout: 100ms
        devices:
          - id: SG-1
            seismic: { scale: 16.7184 }
            sensors:
              - { id: SG-1.pga, kind: seismic, unit: g, register: { field: pga } }
              - { id: SG-1.event, kind: seismic, unit: "1", register: { field: event } }
`,
    )
    return file
  }

  it('read shows the last second of each station', async () => {
    const { code, out } = await run(['read', '--json', '--config', plant()])
    expect(code).toBe(0)
    const [pga, event] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(pga).toMatchObject({ sensor: 'SG-1.pga', quality: 'good', reason: null })
    expect(pga.raw).toBeGreaterThan(15)
    expect(pga.value).toBeCloseTo(pga.raw / 980.665, 9)
    expect(pga.time % 1_000).toBe(0)
    // Nobody knows of an event before a long term average has passed.
    expect(event).toMatchObject({ sensor: 'SG-1.event', value: null, quality: 'bad', reason: 'warm-up' })
  })

  it('read fails when no station sends', async () => {
    const file = plant()
    await instrument.close()
    const { code, err } = await run(['read', '--config', file])
    expect(code).toBe(1)
    expect(err).toContain('no device of gateway gw-1 answered')
  })

  it('scan says that stations which send by themselves are not asked', async () => {
    const { code, err } = await run(['scan', '--config', plant()])
    expect(code).toBe(2)
    expect(err).toContain('its stations send by themselves, and gateway read shows what')
  })

  it('scan asks for the units of instruments with registers', async () => {
    clearInterval(sending)
    const { err } = await run([
      'scan',
      '--config',
      plant('registers'),
      '--from',
      '1',
      '--to',
      '2',
      '--timeout',
      '20ms',
    ])
    expect(err).toContain('no unit from 1 to 2 answered')
  })

  it('check says what a station is', async () => {
    const { code, out } = await run(['check', '--config', plant()])
    expect(code).toBe(0)
    expect(out).toContain(
      'device SG-1: station of protocol frames, 100 samples/s, 16.7184 counts/Gal up to 1961.33 Gal, 2 sensors',
    )
    expect(out).toContain('0 errors, 0 warnings')
  })
})
