import { SerialPort } from 'serialport'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { Simulation } from '../../simulators/simulation.ts'
import { readFrames } from '../simulators/seismic/seismographs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const socat = unlessReal('/usr/bin/socat')
const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** What a seismograph sends within some time over a serial line. */
async function heard(baudRate: number, ms: number): Promise<Buffer> {
  const facility = parseFacility(
    `
facility: { id: serial }
gateways:
  - id: gw
    buses:
      - id: quake
        driver: seismic
        serial: { path: "${temporaryFolder()}/quake", baudRate: ${baudRate} }
        devices:
          - { id: SG-1, unitId: 7, seismic: { rate: 100, scale: 1000 }, sensors: [ { id: SG-1.pga, kind: seismic, unit: Gal, register: { field: pga } } ] }
`,
    'serial.yaml',
  )
  const simulation = new Simulation({
    facility,
    scenario: parseScenario('{}', 'quiet.yaml', facility),
    clock: systemClock,
    logger: silentLogger,
  })
  stops.push(() => simulation.stop())
  await simulation.start()
  const address = simulation.addresses().get('gw/quake')
  if (address === undefined || !('path' in address)) throw new Error('the line has no path')
  const port = new SerialPort({ path: address.path, baudRate })
  stops.push(() => new Promise((resolve) => port.close(resolve)))
  const pieces: Buffer[] = []
  port.on('data', (piece: Buffer) => pieces.push(piece))
  await new Promise((resolve) => setTimeout(resolve, ms))
  return Buffer.concat(pieces)
}

/** From the first sync on: the port was opened in the middle of a frame. */
function framesIn(bytes: Buffer): ReturnType<typeof readFrames> {
  return readFrames(bytes.subarray(Math.max(0, bytes.indexOf(Buffer.of(0xa5, 0x5a, 1)))))
}

describe.skipIf(socat.skip)(`seismographs on serial lines${socat.reason}`, () => {
  it('send a frame every 100 ms, one after the other, with the time of day', async () => {
    const before = systemClock.wall()
    const frames = framesIn(await heard(115_200, 2_500))
    expect(frames.length).toBeGreaterThan(15)
    for (const [index, { station, sequence, timeMs }] of frames.entries()) {
      expect([station, sequence]).toEqual([7, (frames[0]?.sequence ?? 0) + index])
      expect(timeMs).toBeCloseTo((frames[0]?.timeMs ?? 0) + 100 * index, 2)
    }
    expect(Math.abs((frames[0]?.timeMs ?? 0) - before)).toBeLessThan(2_500)
  })

  it('lose whole frames on a line that is too slow for them, and never tear one', async () => {
    // 144 bytes ten times a second are 15840 baud with 11 bits to a character.
    const frames = framesIn(await heard(9_600, 6_000))
    const numbers = frames.map(({ sequence }) => sequence)
    expect(numbers.length).toBeGreaterThan(20)
    expect(numbers.length).toBeLessThan(45)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  })
})
