import type { SensorView } from '../../../../contracts/api.ts'

/** A derived sensor has another one among its inputs, or one of its alarms. */
export function isComputedFrom(
  { derived }: Pick<SensorView, 'derived'>,
  { id, limits }: Pick<SensorView, 'id' | 'limits'>,
): boolean {
  return derived?.of.some((input) => input === id || limits.some(({ alarm }) => alarm === input)) ?? false
}
