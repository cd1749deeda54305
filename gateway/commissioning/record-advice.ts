import type { Device } from '../../contracts/facility.ts'
import { type Advice, warning } from './advice.ts'

/** What is unwise about the records of an instrument with an ASCII line. */
export function recordAdvice({ id, record, sensors }: Device): Advice[] {
  if (record === undefined) return []
  const advice: Advice[] = []
  const unguarded = sensors.filter(({ valid }) => valid === undefined).map((sensor) => sensor.id)
  if (record.checksum.kind === 'none' && unguarded.length > 0) {
    const text = `its records bear no checksum, so that a lost character makes another number; if it cannot send one, give ${unguarded.join(', ')} a valid range`
    advice.push(warning(id, text))
  }
  return advice
}
