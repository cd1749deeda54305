import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { loadFacilityText, startBareServers } from '../../simulators/load.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { portOf, virtual } from './plants.ts'
import { bytes, Wire } from './wire.ts'

const READ_100 = bytes('0001 0000 0006 01 03 0000 0064')
const ANSWER_BYTES = 9 + 200

/** Asks again whenever it has been answered, until it has been so many times. */
async function ask(socket: Socket, times: number): Promise<void> {
  let due = 0
  for (let n = 0; n < times; n++) {
    due += ANSWER_BYTES
    socket.write(READ_100)
    while (due > 0) {
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      due -= chunk.length
    }
  }
}

describe('load', () => {
  it('answers 5,000 reads of 100 registers in a second of one core, the client included', async () => {
    const servers = await startBareServers({
      count: 4,
      registers: 100,
      clock: systemClock,
      logger: silentLogger,
    })
    const sockets = servers.ports.map((port) => connect({ host: '127.0.0.1', port, noDelay: true }))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const before = process.cpuUsage()
    await Promise.all(sockets.map((socket) => ask(socket, 1_500)))
    const { user, system } = process.cpuUsage(before)
    for (const socket of sockets) socket.destroy()
    await servers.stop()
    expect(6_000 / ((user + system) / 1e6)).toBeGreaterThan(5_000)
  })

  it('simulates 500 devices, each on a port of its own', async () => {
    const text = loadFacilityText({ devices: 500, sensors: 2, firstPort: 20_000 })
    const facility = parseFacility(text, 'load.json')
    const simulation = virtual(parseScenario('{}', 'quiet.yaml', facility), { facility })
    await simulation.start()
    expect(new Set([...simulation.addresses()].map(([bus]) => portOf(simulation, bus))).size).toBe(500)
    simulation.tick(2_000)
    for (const device of [1, 250, 500]) {
      const wire = new Wire(portOf(simulation, `gw/bus-${device}`))
      const answer = Buffer.from((await wire.ask(1, '03 0000 0004')) ?? '', 'hex')
      expect(answer.readFloatBE(2)).toBeCloseTo(simulation.value(`S-${device}-1`) ?? Number.NaN, 4)
      expect(answer.readFloatBE(6)).toBeCloseTo(simulation.value(`S-${device}-2`) ?? Number.NaN, 4)
      wire.close()
    }
    await simulation.stop()
  })

  it('frees every port when it stops', async () => {
    const options = { count: 3, registers: 10, clock: systemClock, logger: silentLogger }
    const servers = await startBareServers(options)
    await servers.stop()
    for (const port of servers.ports) {
      const wire = new Wire(port)
      await vi.waitFor(() => expect(wire.isClosed).toBe(true))
    }
  })
})
