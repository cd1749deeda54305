import type { RegisterTable } from './facility-words.ts'

const TABLE_OF_DIGIT: Record<string, RegisterTable> = {
  '0': 'coil',
  '1': 'discrete',
  '3': 'input',
  '4': 'holding',
}

/**
 * A Modicon reference, five or six digits: `40003` is holding register 2 on the wire, `300011` input
 * register 10. Undefined when it is none (40000 and 70001 are not).
 */
export function parseModicon(reference: string): { table: RegisterTable; address: number } | undefined {
  const table = TABLE_OF_DIGIT[reference[0] ?? '']
  const number = Number(reference.slice(1))
  if (table === undefined || !/^\d{5,6}$/.test(reference) || number < 1 || number > 65536) return undefined
  return { table, address: number - 1 }
}
