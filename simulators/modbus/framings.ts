import type { Driver } from '../../contracts/facility-words.ts'
import { asciiFraming } from './ascii.ts'
import type { Framing } from './frame.ts'
import { mbapFraming } from './mbap.ts'
import { rtuFraming } from './rtu.ts'

/** Key: the driver that speaks it. */
export const FRAMINGS: Readonly<Partial<Record<Driver, Framing>>> = {
  'modbus-tcp': mbapFraming,
  'modbus-rtu': rtuFraming,
  'modbus-rtu-over-tcp': rtuFraming,
  'modbus-ascii': asciiFraming,
}
