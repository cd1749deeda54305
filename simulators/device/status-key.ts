import type { Register, StatusRule } from '../../contracts/facility.ts'
import type { StatusReason } from '../../contracts/facility-words.ts'

export type Meaning = StatusReason | 'good'

/** A device that has no name for a meaning is given numbers up to this to find one. */
const OTHERS_MAX = 255

/** What a device writes to say this, as the key of its meaning; undefined when the rule cannot say it. */
export function statusKey({ means, others, bits }: StatusRule, meaning: Meaning): string | undefined {
  for (const [key, known] of means) if (known === meaning) return key
  if (others !== meaning) return undefined
  const last = bits === undefined ? OTHERS_MAX : Math.min(OTHERS_MAX, 2 ** (bits[1] - bits[0] + 1) - 1)
  for (let number = 0; number <= last; number++) if (!means.has(String(number))) return String(number)
  return undefined
}

/** What each rule of a sensor says, in their order, when the sensor is to be told as this. */
export function statusKeys(rules: readonly StatusRule[], meaning: Meaning): (string | undefined)[] {
  // The rule that names a reason says it; only where none does, one that has it for everything else.
  const named = rules.findIndex((rule) => [...rule.means.values()].includes(meaning))
  const spokesman = named >= 0 ? named : rules.findIndex((rule) => statusKey(rule, meaning) !== undefined)
  return rules.map((rule, index) => statusKey(rule, index === spokesman ? meaning : 'good'))
}

/** True where the value of a sensor is itself a status: some of its values mean a fault. */
export function isOwnValue({ register, bits }: StatusRule, value: Register): boolean {
  const isSamePlace = register.table === value.table && register.address === value.address
  return bits === undefined && isSamePlace && register.field === value.field
}
