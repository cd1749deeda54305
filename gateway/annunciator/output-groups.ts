import type { Annunciator, Output } from '../../contracts/annunciator.ts'

/** The most that one request of function 15 or 16 holds (Modbus application protocol 1.1b3, 6.11 and 6.12). */
const MOST = { coil: 1_968, holding: 123 } as const

/** Outputs that are written with one request: neighbours in address, or each for itself. */
export function outputGroups({
  outputs,
  isMultiple,
}: Pick<Annunciator, 'outputs' | 'isMultiple'>): Output[][] {
  if (!isMultiple) return outputs.map((output) => [output])
  const groups: Output[][] = []
  const ordered = outputs.toSorted(
    (a, b) => a.register.table.localeCompare(b.register.table) || a.register.address - b.register.address,
  )
  for (const output of ordered) {
    const group = groups.at(-1)
    const last = group?.at(-1)?.register
    const { table, address } = output.register
    const isNeighbour = last?.table === table && last.address + 1 === address
    if (group === undefined || !isNeighbour || group.length >= MOST[table]) groups.push([output])
    else group.push(output)
  }
  return groups
}
