import type { TankOutline } from '../../contracts/analytics/derived-api.ts'

/** As much of a tank of the facility as its picture is drawn from; measures in m. */
interface DrawnTank {
  readonly id: string
  readonly name?: string
  readonly levels?: Readonly<Partial<Record<string, number>>>
  readonly shape?: {
    readonly height?: number
    readonly diameter?: number
    /** Of a strapping table, ascending. */
    readonly levels?: readonly number[]
  }
}

/** Undefined for one that has no height. */
export function tankOutline({ id, name = id, levels = {}, shape = {} }: DrawnTank): TankOutline | undefined {
  const least = shape.levels?.[0] ?? 0
  const most = shape.levels?.at(-1) ?? shape.height ?? shape.diameter
  if (most === undefined) return undefined
  const given = Object.entries(levels).flatMap(([key, level]): [string, number][] =>
    level === undefined ? [] : [[key, level]],
  )
  return { id, name, span: [least, most], levels: Object.fromEntries(given) }
}
