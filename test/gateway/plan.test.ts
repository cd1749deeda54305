import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device, Register } from '../../contracts/facility.ts'
import { REGISTER_TYPES, TABLES } from '../../contracts/facility-schema.ts'
import { spanOf } from '../../gateway/decode.ts'
import { planDevice } from '../../gateway/plan.ts'
import { register, sensor } from './plant.ts'

function device(registers: readonly Register[], limits: Partial<Device> = {}): Device {
  const sensors = registers.map((given, n) => sensor({ id: `S-${n}`, register: given }))
  return { id: 'd', name: 'd', unitId: 1, pollMs: 1_000, maxGap: 0, maxRegisters: 125, sensors, ...limits }
}

function summary(of: Device) {
  return planDevice(of).blocks.map(({ table, address, count }) => `${table} ${address}+${count}`)
}

const anyRegister: fc.Arbitrary<Register> = fc
  .tuple(
    fc.constantFrom(...TABLES),
    fc.constantFrom(...REGISTER_TYPES),
    fc.nat(400),
    fc.integer({ min: 1, max: 20 }),
  )
  .map(([table, type, address, length]) =>
    table === 'coil' || table === 'discrete'
      ? register({ table, address, type: 'bit' })
      : register({ table, address, type, ...(type === 'string' ? { length } : {}) }),
  )

describe('planDevice', () => {
  it('keeps every promise for any set of sensors', () => {
    const anyDevice = fc
      .tuple(fc.array(anyRegister, { maxLength: 40 }), fc.nat(20), fc.integer({ min: 10, max: 125 }))
      .map(([registers, maxGap, maxRegisters]) => device(registers, { maxGap, maxRegisters }))
    fc.assert(
      fc.property(anyDevice, (given) => {
        const { blocks, problems } = planDevice(given)
        expect(problems).toEqual([])
        const covered = blocks.flatMap((block) => block.sensors.map((each) => each.id))
        expect(covered.toSorted()).toEqual(given.sensors.map((each) => each.id).toSorted())
        for (const block of blocks) {
          const isBits = block.table === 'coil' || block.table === 'discrete'
          expect(block.count).toBeLessThanOrEqual(isBits ? 2_000 : given.maxRegisters)
          expect(block.address + block.count).toBeLessThanOrEqual(65_536)
          const used = new Set<number>()
          for (const { register: each } of block.sensors) {
            expect(each.table).toBe(block.table)
            expect(each.address).toBeGreaterThanOrEqual(block.address)
            expect(each.address + spanOf(each)).toBeLessThanOrEqual(block.address + block.count)
            for (let n = 0; n < spanOf(each); n++) used.add(each.address + n)
          }
          let gap = 0
          for (let address = block.address; address < block.address + block.count; address++) {
            gap = used.has(address) ? 0 : gap + 1
            expect(gap).toBeLessThanOrEqual(given.maxGap)
          }
          expect(gap).toBe(0)
        }
      }),
    )
  })

  it('reads across a hole of maxGap and not of one more', () => {
    const registers = [register({ address: 0, type: 'float32' }), register({ address: 10 })]
    expect(summary(device(registers, { maxGap: 8 }))).toEqual(['holding 0+11'])
    expect(summary(device(registers, { maxGap: 7 }))).toEqual(['holding 0+2', 'holding 10+1'])
  })

  it('never splits a value at the limit of 125 registers', () => {
    const registers = Array.from({ length: 63 }, (_, n) => register({ address: n * 2, type: 'float32' }))
    expect(summary(device(registers))).toEqual(['holding 0+124', 'holding 124+2'])
  })

  it('reads 2000 bits at once and no more', () => {
    const bits = Array.from({ length: 2_001 }, (_, address) =>
      register({ table: 'coil', type: 'bit', address }),
    )
    expect(summary(device(bits))).toEqual(['coil 0+2000', 'coil 2000+1'])
    expect(summary(device(bits, { maxRegisters: 100 }))).toEqual(['coil 0+1600', 'coil 1600+401'])
  })

  it('keeps tables apart', () => {
    const registers = TABLES.map((table) => register({ table, ...(table < 'e' ? { type: 'bit' } : {}) }))
    expect(summary(device(registers))).toEqual(['coil 0+1', 'discrete 0+1', 'holding 0+1', 'input 0+1'])
  })

  it('takes two values of one register in one read', () => {
    const registers = [
      register({ type: 'uint8h' }),
      register({ type: 'uint8l' }),
      register({ type: 'bit', bit: 3 }),
    ]
    expect(summary(device(registers))).toEqual(['holding 0+1'])
  })

  it('names what no request can read', () => {
    const wide = register({ type: 'float64' })
    expect(planDevice(device([wide], { maxRegisters: 2 })).problems).toEqual([
      'S-0: 4 registers are more than the 2 its device answers at once',
    ])
    expect(summary(device([register({ address: 65_535 })]))).toEqual(['holding 65535+1'])
  })
})
