import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Child } from '../e2e/child.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import type { Peer } from './peers/peer.ts'
import { PYMODBUS, startPymodbus } from './peers/pymodbus.ts'
import { PtyPair, SOCAT } from './pty-pair.ts'
import { unlessReal } from './unless-real.ts'

const real = unlessReal(SOCAT, ...PYMODBUS)

interface Scan {
  readonly units: readonly { readonly unit: number }[]
}

interface Probe {
  readonly readable: readonly { from: number; to: number }[]
  readonly refused: readonly { from: number; to: number }[]
  readonly registers: readonly {
    readonly address: number
    readonly interpretations: readonly { type: string; order?: string; value: number }[]
  }[]
}

/** What a person does who stands before a line of unknown devices, without a facility file. */
describe.skipIf(real.skip).each(['modbus-tcp', 'modbus-rtu'])(
  `commissioning a pymodbus server over %s${real.reason}`,
  (driver) => {
    let folder: string
    let line: PtyPair | undefined
    let place: string[]
    let peer: Peer

    beforeAll(async () => {
      folder = temporaryFolder()
      if (driver === 'modbus-rtu') {
        line = await PtyPair.plugged(folder)
        place = ['--serial', line.near, '--baud', '115200']
        peer = await startPymodbus('rtu', line.far)
      } else {
        const port = await takePort()
        place = ['--host', '127.0.0.1', '--port', String(port)]
        peer = await startPymodbus('tcp', String(port))
      }
    })
    afterAll(async () => {
      await peer?.[Symbol.asyncDispose]()
      await line?.[Symbol.asyncDispose]()
    })

    async function ask<T>(command: string, ...args: string[]): Promise<T> {
      await using child = new Child(
        'gateway/main.ts',
        [command, '--driver', driver, ...place, '--json', '--log-level', 'error', ...args],
        folder,
      )
      const exit = await child.exit
      if (exit !== 0) throw new Error(`gateway ${command} ended with ${exit}: ${child.stderr}`)
      return JSON.parse(child.stdout) as T
    }

    test('scan finds the units that are there, and no other', async () => {
      const { units } = await ask<Scan>('scan', '--from', '1', '--to', '18', '--timeout', '50ms')
      expect(units.map(({ unit }) => unit)).toEqual([1, 2, 17])
    })

    test('probe finds the hole in the map, and the byte order of every float', async () => {
      const range = ['--unit', '17', '--from', '0', '--to', '30']
      const map = await ask<Probe>('probe', ...range, '--looks', '1', '--pause', '0ms')
      expect(map.readable).toEqual([
        { from: 0, to: 18 },
        { from: 24, to: 25 },
      ])
      expect(map.refused).toEqual([
        { from: 19, to: 23 },
        { from: 26, to: 30 },
      ])
      const first = (address: number) =>
        map.registers.find((register) => register.address === address)?.interpretations[0]
      for (const [address, order] of [
        [0, 'ABCD'],
        [2, 'DCBA'],
        [4, 'BADC'],
        [6, 'CDAB'],
      ] as const)
        expect(first(address)).toMatchObject({ type: 'float32', order, value: 17.5 })
    })
  },
)
