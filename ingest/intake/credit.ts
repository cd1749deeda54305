/** Backlog batches that the gateways of one facility together may have under way. */
export const CREDIT_BUDGET = 64
/** More does not make one gateway faster. */
const MAX_CREDIT = 8
/** With more gateways than budget, the turn passes on this often, ms: the patience of a gateway. */
const TURN_MS = 10_000

/**
 * The share of one of `gateways` online gateways. All shares together never exceed the budget; when there
 * is less than one each, they take turns.
 */
export function creditShare(share: { gateways: number; index: number; monotonic: number }): number {
  const { gateways, index, monotonic } = share
  if (gateways <= CREDIT_BUDGET)
    return Math.min(MAX_CREDIT, Math.floor(CREDIT_BUDGET / Math.max(1, gateways)))
  const turn = Math.floor(monotonic / TURN_MS) * CREDIT_BUDGET
  return (index + turn) % gateways < CREDIT_BUDGET ? 1 : 0
}
