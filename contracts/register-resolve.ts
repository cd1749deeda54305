import type { CurrentLoop, Register, StatusRule } from './facility.ts'
import type { AddressBase } from './facility-words.ts'
import { parseModicon } from './modicon.ts'
import { type Changeable, ms, optional, pair } from './resolve-parts.ts'
import type { RegisterFile, StatusFile } from './sensor-schema.ts'

/** NAMUR NE 43: a fault current is declared once it has lasted 4 s. */
const NE43_PERSIST = '4s'

export type RegisterResolver = (file: RegisterFile) => Register

/** How the registers of a device are resolved whose manual counts in this way. */
export function registerResolver(base: AddressBase): RegisterResolver {
  return (file) => resolveRegister(file, base)
}

/** Where a checked register stands. Undefined when the reference is none. */
export function placeOf(
  { address = 0, table }: { address?: number | string; table?: Register['table'] },
  base: AddressBase,
): { table: Register['table']; address: number } | undefined {
  if (typeof address === 'string') return parseModicon(address)
  switch (base) {
    case 'pdu':
      return { table: table ?? 'holding', address }
    case 'oneBased':
      return { table: table ?? 'holding', address: address - 1 }
    case 'modicon5':
      return parseModicon(String(address).padStart(5, '0'))
    case 'modicon6':
      return parseModicon(String(address).padStart(6, '0'))
  }
}

function resolveRegister(file: RegisterFile, base: AddressBase): Register {
  const slope =
    file.from === undefined || file.to === undefined
      ? { scale: file.scale ?? 1, offset: file.offset ?? 0 }
      : lineThrough(file.from, file.to)
  const { table, address } = placeOf(file, base) ?? { table: 'holding', address: 0 }
  const isField = file.field !== undefined
  const register: Changeable<Register> = {
    table: isField ? 'record' : table,
    address: isField ? 0 : address,
    type: isField ? 'string' : (file.type ?? (table === 'coil' || table === 'discrete' ? 'bit' : 'uint16')),
    order: file.order,
    scale: slope.scale,
    offset: slope.offset,
  }
  const valid = pair(file.valid)
  if (isField) register.field = String(file.field)
  if (file.bit !== undefined) register.bit = file.bit
  if (file.length !== undefined) register.length = file.length
  if (file.signal === 'ne43') register.current = resolveCurrent(file)
  if (valid !== undefined) register.valid = valid
  return register
}

function resolveCurrent(file: RegisterFile): CurrentLoop {
  return {
    // Without `from` the raw value is the current in mA as it is.
    at: pair(file.from) ?? [4, 20],
    persistMs: ms(file.persist ?? NE43_PERSIST),
    subRanges: (file.subRanges ?? []).map(({ mA, means }) => {
      const [from = 0, to = 0] = mA
      return { from, to, means }
    }),
  }
}

export function resolveStatus(file: StatusFile, resolve: RegisterResolver): StatusRule {
  const [low, high = low] = file.bits ?? []
  return {
    register: resolve(file.register),
    ...optional('bits', low === undefined || high === undefined ? undefined : ([low, high] as const)),
    means: new Map(Object.entries(file.means)),
    others: file.others,
  }
}

function lineThrough(from: readonly number[], to: readonly number[]): { scale: number; offset: number } {
  const [fromLow = 0, fromHigh = 1] = from
  const [toLow = 0, toHigh = 1] = to
  const scale = (toHigh - toLow) / (fromHigh - fromLow)
  return { scale, offset: toLow - fromLow * scale }
}
