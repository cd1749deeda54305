import type { PointFile } from './profile-schema.ts'
import type { Sound } from './sound-parts.ts'

type Address = number | string | undefined

/** What a point is on one of its channels, counted from 1: its registers, and those of its status, lie further on. */
export function pointOfChannel<Point extends Sound<PointFile>>(point: Point, channel: number): Point {
  const { channels, register, status } = point
  if (channels === undefined) return point
  const steps = channel - 1
  const stride = channels.stride ?? 1
  return {
    ...point,
    register: register && { ...register, address: addressAfter(register.address, steps * stride) },
    status: status?.map(
      (rule) =>
        rule && {
          ...rule,
          register: rule.register && {
            ...rule.register,
            address: addressAfter(rule.register.address, steps * (channels.statusStride ?? stride)),
          },
        },
    ),
  }
}

/** A Modicon reference stays one: it grows to six digits rather than into the next table. */
function addressAfter(address: Address, registers: number): Address {
  if (address === undefined) return undefined
  if (typeof address === 'number') return address + registers
  const [table = ''] = address
  const number = String(Number(address.slice(1)) + registers)
  const digits = number.length > 4 ? 5 : address.length - 1
  return table + number.padStart(digits, '0')
}
