import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device, Register, StatusRule } from '../../contracts/facility.ts'
import { REGISTER_TYPES, TABLES } from '../../contracts/facility-words.ts'
import { planDevice, requestOf } from '../../gateway/polling/plan.ts'
import { spanOf } from '../../gateway/quality/decode.ts'
import { device as plantDevice, register, sensor } from './plant.ts'

function device(registers: readonly Register[], limits: Partial<Device> = {}): Device {
  const sensors = registers.map((given, n) => sensor({ id: `S-${n}`, register: given }))
  return plantDevice({ id: 'd', maxGap: 0, sensors, ...limits })
}

function rule(of: Register): StatusRule {
  return { register: of, means: new Map(), others: 'good' }
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

  it('reads the same registers once, though each sensor has its own copy of their status', () => {
    const status = () => [rule(register({ address: 6 }))]
    const sensors = [0, 2, 4].map((address) =>
      sensor({ id: `S-${address}`, register: register({ address, type: 'float32' }), status: status() }),
    )
    const [block, ...others] = planDevice(plantDevice({ sensors, maxGap: 0 })).blocks
    expect(others).toEqual([])
    expect(block).toMatchObject({ address: 0, count: 7, conditions: [{ address: 6 }] })
  })

  it('asks for conditions last, and for those of a device without sensors never', () => {
    const heartbeat = { register: register({ table: 'input', address: 500 }), withinMs: 5_000 }
    const sensors = [
      sensor({ id: 'plain', register: register({ address: 0 }) }),
      sensor({
        id: 'judged',
        register: register({ address: 90 }),
        status: [rule(register({ address: 300 }))],
      }),
    ]
    const { blocks } = planDevice(plantDevice({ sensors, heartbeat, maxGap: 0 }))
    expect(blocks.map((block) => [block.address, block.conditions.length])).toEqual([
      [0, 0],
      [90, 0],
      [300, 1],
      [500, 1],
    ])
    expect(planDevice(plantDevice({ sensors: [], heartbeat }))).toEqual({ blocks: [], problems: [] })
  })

  it('cuts where value and status stay together, with no request more', () => {
    // Full requests would end at 125 and part the value at 124 from its status at 125.
    const plain = Array.from({ length: 123 }, (_, address) =>
      sensor({ id: `S-${address}`, register: register({ address }) }),
    )
    const judged = sensor({
      id: 'judged',
      register: register({ address: 124 }),
      status: [rule(register({ address: 125 }))],
    })
    const { blocks } = planDevice(plantDevice({ sensors: [...plain, judged], maxGap: 8 }))
    expect(blocks.map(({ address, count }) => [address, count])).toEqual([
      [0, 123],
      [124, 2],
    ])
  })

  it('never needs more requests than greedy grouping does', () => {
    const places = fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(places, fc.nat(20), fc.integer({ min: 1, max: 125 }), (addresses, maxGap, maxRegisters) => {
        const sensors = addresses.map((address, n) =>
          sensor({
            id: `S-${address}`,
            register: register({ address }),
            status: n % 3 === 0 ? [rule(register({ address: addresses[0] ?? 0 }))] : [],
          }),
        )
        const { blocks } = planDevice(plantDevice({ sensors, maxGap, maxRegisters }))
        let greedy = 0
        let start = Number.NEGATIVE_INFINITY
        let last = Number.NEGATIVE_INFINITY
        for (const address of addresses.toSorted((a, b) => a - b)) {
          if (address - last > maxGap + 1 || address - start >= maxRegisters) {
            greedy += 1
            start = address
          }
          last = address
        }
        expect(blocks.length).toBe(greedy)
      }),
    )
  })

  it('asks for every value alone where a device demands it', () => {
    const workarounds = { singleReads: true, blocks: [], pauseMs: 0 }
    const registers = [
      register({ address: 0, type: 'float32' }),
      register({ address: 2 }),
      register({ address: 2, type: 'bit', bit: 1 }),
    ]
    expect(summary(device(registers, { workarounds, maxGap: 8 }))).toEqual(['holding 0+2', 'holding 2+1'])
  })

  describe('of a device that answers fixed blocks only', () => {
    const blocks = [
      { table: 'holding', address: 0, count: 10 },
      { table: 'holding', address: 100, count: 4 },
      { table: 'input', address: 0, count: 2 },
    ] as const
    const workarounds = { singleReads: false, blocks, pauseMs: 0 }

    it('reads those in which something lies, as they stand', () => {
      const registers = [register({ address: 3 }), register({ address: 102, type: 'float32' })]
      expect(summary(device(registers, { workarounds }))).toEqual(['holding 0+10', 'holding 100+4'])
    })

    it('names values and conditions that lie wholly in none, and blocks that no request reads', () => {
      const sensors = [
        sensor({ id: 'split', register: register({ address: 9, type: 'float32' }) }),
        sensor({ id: 'stray', register: register({ table: 'coil', type: 'bit' }) }),
        sensor({ id: 'fine', status: [rule(register({ address: 50 }))] }),
      ]
      const wide = { table: 'holding', address: 200, count: 126 } as const
      const given = plantDevice({ sensors, workarounds: { ...workarounds, blocks: [...blocks, wide] } })
      expect(planDevice(given).problems).toEqual([
        'block holding 200..325: one request reads at most 125',
        'split: lies wholly in none of the blocks of its device',
        'stray: lies wholly in none of the blocks of its device',
        'status or heartbeat in holding 50: lies wholly in none of the blocks of its device',
      ])
    })
  })

  it('reads an instrument with an ASCII line in one piece', () => {
    const record = {
      start: '',
      end: { delimiter: '\r' },
      fields: { separator: ',' },
      checksum: { kind: 'none', encoding: 'hex', marker: '' },
    } as const
    const field = (name: string) => register({ table: 'record', field: name, type: 'string' })
    const sensors = [
      sensor({ id: 'a', register: field('1') }),
      sensor({ id: 'b', register: field('2'), status: [rule(field('3'))] }),
    ]
    const given = plantDevice({ sensors, record })
    const [block, ...others] = planDevice(given).blocks
    expect(others).toEqual([])
    expect(block).toMatchObject({ table: 'record', address: 0, count: 0 })
    expect(block?.conditions.map((each) => each.field)).toEqual(['3'])
    expect(block && requestOf(given, block)).toEqual({ kind: 'record', format: record })
  })
})

describe('requestOf', () => {
  const block = { table: 'input', address: 7, count: 2, sensors: [], conditions: [] } as const

  it('asks the unit, and knows under which name it answers', () => {
    const plain = { kind: 'registers', unitId: 5, table: 'input', address: 7, count: 2 }
    expect(requestOf(plantDevice({ unitId: 5 }), block)).toEqual(plain)
    const workarounds = { singleReads: false, blocks: [], pauseMs: 0, replyUnit: 0 }
    expect(requestOf(plantDevice({ unitId: 5, workarounds }), block)).toEqual({ ...plain, replyUnit: 0 })
  })

  it('has no record to ask a Modbus device for', () => {
    expect(() => requestOf(plantDevice(), { ...block, table: 'record' })).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})
