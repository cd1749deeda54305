import { once } from 'node:events'
import { SerialPort } from 'serialport'
import { systemClock } from '../../contracts/clock.ts'
import { pause } from './waiting.ts'

/** CRC-16 of Modbus, low byte first, behind the bytes. */
function withCrc(bytes: readonly number[]): Buffer {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return Buffer.from([...bytes, crc & 0xff, crc >> 8])
}

/**
 * Baseline of the bench `serial-line`: a master that asks unit 1 for its registers again and again, counts bytes
 * until the answer is whole, is silent for `gapMs` and checks nothing. Tells the polls it makes in a second.
 */
export async function barePollsPerS(line: {
  path: string
  baudRate: number
  registers: number
  gapMs: number
  seconds: number
}): Promise<number> {
  const { path, baudRate, registers, gapMs } = line
  const port = new SerialPort({ path, baudRate, stopBits: 2, autoOpen: false })
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
  const request = withCrc([1, 3, 0, 0, 0, registers])
  const started = systemClock.monotonic()
  let polls = 0
  let missing = 0
  let whole = Promise.withResolvers<void>()
  port.on('data', (chunk: Buffer) => {
    missing -= chunk.length
    if (missing <= 0) whole.resolve()
  })
  while (systemClock.monotonic() - started < line.seconds * 1_000) {
    whole = Promise.withResolvers<void>()
    missing = 5 + registers * 2
    port.write(request)
    await whole.promise
    polls += 1
    const silentUntil = systemClock.monotonic() + gapMs
    while (systemClock.monotonic() < silentUntil) await pause(0)
  }
  const elapsedMs = systemClock.monotonic() - started
  const closed = once(port, 'close')
  port.close()
  await closed
  return (polls * 1_000) / elapsedMs
}
