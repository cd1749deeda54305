import modbus from 'modbus-serial'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { LoneDevice } from '../../simulators/lone-device.ts'
import { watched, watchedText } from '../alerting/watchdog/watched.ts'

const Client = modbus.default
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function scene(text = watchedText()) {
  const { facility, plan } = watched(text)
  const device = new LoneDevice({
    facility,
    sensor: plan.sensor,
    address: { host: '127.0.0.1', port: 0 },
    clock: systemClock,
    logger: silentLogger,
  })
  await device.start()
  ends.push(() => device.stop())
  const client = new Client()
  await client.connectTCP('127.0.0.1', { port: device.port })
  ends.push(() => new Promise<void>((resolve) => client.close(() => resolve())))
  client.setID(7)
  client.setTimeout(20_000)
  return { device, client }
}

describe('a lone device', () => {
  it('shows a foreign master what it was given, and says when it was asked', async () => {
    const { device, client } = await scene()
    let asked = 0
    device.onAsked = () => {
      asked += 1
    }
    device.write(63.4)
    expect((await client.readHoldingRegisters(3, 1)).data).toEqual([634])
    device.write(24)
    expect((await client.readHoldingRegisters(3, 1)).data).toEqual([240])
    expect(asked).toBe(2)
  })

  it('can be written to by nobody', async () => {
    const { device, client } = await scene()
    device.write(24)
    await expect(client.writeRegister(3, 999)).rejects.toMatchObject({ modbusCode: 1 })
    expect((await client.readHoldingRegisters(3, 1)).data).toEqual([240])
  })

  it('has a heartbeat that beats, where the file wants one', async () => {
    const { client } = await scene(
      watchedText().replace(
        'poll: 100ms',
        'poll: 100ms\n            heartbeat: { register: { address: 9 }, within: 300ms }',
      ),
    )
    const beat = async () => (await client.readHoldingRegisters(9, 1)).data[0]
    const first = await beat()
    await expect.poll(beat).not.toBe(first)
  })

  it('is of a sensor that a gateway reads', () => {
    const { facility } = watched()
    const address = { host: '127.0.0.1', port: 0 }
    expect(
      () => new LoneDevice({ facility, sensor: 'WD-9', address, clock: systemClock, logger: silentLogger }),
    ).toThrow('SENSOR_UNKNOWN')
  })
})
