import type { ComputationKind } from '../computation.ts'
import { BALANCE } from './balance.ts'
import { INVENTORY } from './inventory.ts'
import { MAJOR_HAZARD } from './major-hazard.ts'
import { MOVEMENT } from './movement.ts'
import { NET_FLOW } from './net-flow.ts'
import { OVERFILL } from './overfill.ts'
import { TIME_TO_LIMIT } from './time-to-limit.ts'
import { STANDARD_VOLUME, VOLUME } from './volume.ts'

/** Computations of tanks. */
export const LEVEL_KINDS: readonly ComputationKind[] = [
  VOLUME,
  STANDARD_VOLUME,
  NET_FLOW,
  TIME_TO_LIMIT,
  OVERFILL,
  MOVEMENT,
  BALANCE,
  INVENTORY,
  MAJOR_HAZARD,
]
