import type { Register, StatusRule } from '../../contracts/facility.ts'

/** Where a device keeps what it reports: registers, or the fields of a record. */
export interface Memory {
  /** A value in the unit of its sensor; NaN becomes what such a device has for no measurement. */
  writeValue(register: Register, value: number): void
  /** A value that a status rule knows, as the key of its meaning. */
  writeStatus(rule: StatusRule, key: string): void
  /** A count that begins anew when the register is full. */
  writeCount(register: Register, count: number): void
}
