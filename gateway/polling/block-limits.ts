import type { Device } from '../../contracts/facility.ts'
import type { RegisterTable } from '../../contracts/facility-words.ts'

/** What a request may hold. */
export interface BlockLimits {
  /** Registers, or bits of a coil or discrete table. */
  readonly largest: number
  /** Holes of up to this many addresses are read across. */
  readonly maxGap: number
}

/** Modbus application protocol 1.1b3, 6.1 to 6.4: most bits and registers of one request. */
const MAX_BITS = 2_000
const MAX_REGISTERS = 125
const BITS_OF_REGISTER = 16

export function isBitTable(table: RegisterTable): boolean {
  return table === 'coil' || table === 'discrete'
}

/** What the protocol itself allows. */
export function largestRequest(table: RegisterTable): number {
  return isBitTable(table) ? MAX_BITS : MAX_REGISTERS
}

/** A device that answers only small blocks of registers is not trusted with more bits than those hold. */
export function limitsOf(device: Pick<Device, 'maxGap' | 'maxRegisters'>, table: RegisterTable): BlockLimits {
  const { maxGap, maxRegisters } = device
  const ofDevice = isBitTable(table) ? maxRegisters * BITS_OF_REGISTER : maxRegisters
  return { largest: Math.min(largestRequest(table), ofDevice), maxGap }
}
