import type { TankPlan, TankState } from './tank.ts'

/** Product that is pumped: from a tank, or from a ship or pipeline; into a tank, or away. */
export interface Transfer {
  readonly from?: string
  readonly to?: string
  /** m3/h */
  readonly flow: number
  /** Of what comes from outside, degC; without it, as warm as the tank that it comes into. */
  readonly temperature?: number
}

/** What all transfers together do to one tank. Flows in m3/h. */
export interface TankTransfer {
  readonly inflow: number
  readonly outflow: number
  /** degC; undefined when it is that of the tank. */
  readonly inflowTemperature: number | undefined
}

interface Stream {
  readonly flow: number
  readonly temperature: number | undefined
}

/**
 * Key: tank, of those that take part in a transfer. A tank gives no more than it holds: its transfers share that, so
 * that what leaves one tank is what comes into another, to the last drop.
 */
export function tankTransfers(
  tanks: readonly { readonly tank: TankPlan }[],
  states: readonly TankState[],
  by: { transfers: readonly Transfer[]; stepMs: number },
): ReadonlyMap<string, TankTransfer> {
  const found = new Map<string, TankTransfer>()
  if (by.transfers.length === 0) return found
  const held = new Map(tanks.map(({ tank }, index) => [tank.name, states[index]]))
  const wanted = new Map<string, number>()
  for (const { from, flow } of by.transfers)
    if (from !== undefined) wanted.set(from, (wanted.get(from) ?? 0) + flow)
  const streamOf = ({ from, flow, temperature }: Transfer): Stream => {
    const source = from === undefined ? undefined : held.get(from)
    if (source === undefined) return { flow, temperature }
    const most = (source.volume * 3_600_000) / by.stepMs
    return {
      flow: flow * Math.min(1, most / (wanted.get(from ?? '') ?? flow)),
      temperature: source.temperature,
    }
  }
  const add = (name: string | undefined, change: (before: TankTransfer) => TankTransfer) => {
    if (name !== undefined && held.has(name))
      found.set(name, change(found.get(name) ?? { inflow: 0, outflow: 0, inflowTemperature: undefined }))
  }
  for (const transfer of by.transfers) {
    const stream = streamOf(transfer)
    add(transfer.from, (before) => ({ ...before, outflow: before.outflow + stream.flow }))
    const own = held.get(transfer.to ?? '')?.temperature
    add(transfer.to, (before) => mixed(before, stream, own))
  }
  return found
}

function mixed(before: TankTransfer, stream: Stream, own: number | undefined): TankTransfer {
  const inflow = before.inflow + stream.flow
  const warm = [before.inflowTemperature ?? own, stream.temperature ?? own]
  if (inflow === 0 || warm[0] === undefined || warm[1] === undefined) return { ...before, inflow }
  return {
    ...before,
    inflow,
    inflowTemperature: (warm[0] * before.inflow + warm[1] * stream.flow) / inflow,
  }
}
