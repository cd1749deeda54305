import type { HazardAction, HazardStatus } from '../../../contracts/register/words.ts'

/** From where an action may be taken, and where it leads; `same` leaves the status as it is. */
export interface HazardTransition {
  readonly from: readonly HazardStatus[]
  readonly to: HazardStatus | 'same'
  /** What the body has to give. */
  readonly needs: readonly HazardField[]
  /** What it may give besides. */
  readonly takes: readonly HazardField[]
  /** Who may not do it, whatever their role. */
  readonly not: readonly Barred[]
  /** Only the responsible person, the leader or an engineer does it. */
  readonly isOwn?: true
  /** Only of major hazards. */
  readonly isMajor?: true
}

/** Fields of a body, beside action, version, by and comment. */
export type HazardField =
  | 'area'
  | 'kind'
  | 'grade'
  | 'needsShutdown'
  | 'likelihood'
  | 'exposure'
  | 'consequence'
  | 'measures'
  | 'responsible'
  | 'funds'
  | 'deadline'
  | 'contingency'
  | 'leader'
  | 'plan'
  | 'until'
  | 'reason'
  | 'evidence'
  | 'authority'

/** People who had a part in what the action judges. */
export type Barred = 'responsible' | 'rectifier' | 'planner' | 'asker'

const OPEN: readonly HazardStatus[] = [
  'found',
  'registered',
  'assessed',
  'assigned',
  'rectifying',
  'rectified',
  'verified',
]

/**
 * The closed loop of a hazard (Order 16 of the State Administration of Work Safety; domain: found, registered, assessed,
 * assigned, rectified, verified by another person, closed). docs/reference/hazard-lifecycle.md is made of this table.
 */
export const HAZARD_TRANSITIONS: Readonly<Record<HazardAction, HazardTransition>> = {
  register: { from: ['found'], to: 'registered', needs: [], takes: ['area', 'kind'], not: [] },
  assess: {
    from: ['registered', 'assessed', 'assigned', 'rectifying'],
    to: 'assessed',
    needs: ['likelihood', 'consequence'],
    takes: ['exposure', 'grade', 'kind', 'needsShutdown'],
    not: [],
  },
  assign: {
    from: ['assessed', 'assigned', 'rectifying'],
    to: 'assigned',
    needs: ['measures', 'responsible', 'funds', 'deadline', 'contingency'],
    takes: ['leader', 'plan'],
    not: [],
  },
  'approve-plan': {
    from: ['assigned'],
    to: 'same',
    needs: [],
    takes: [],
    not: ['planner', 'responsible'],
    isMajor: true,
  },
  start: { from: ['assigned'], to: 'rectifying', needs: [], takes: [], not: [], isOwn: true },
  'request-extension': {
    from: ['assigned', 'rectifying'],
    to: 'same',
    needs: ['until', 'reason'],
    takes: [],
    not: [],
    isOwn: true,
  },
  'approve-extension': {
    from: ['assigned', 'rectifying'],
    to: 'same',
    needs: [],
    takes: [],
    not: ['asker', 'responsible'],
  },
  'refuse-extension': {
    from: ['assigned', 'rectifying'],
    to: 'same',
    needs: ['reason'],
    takes: [],
    not: ['asker', 'responsible'],
  },
  rectify: { from: ['rectifying'], to: 'rectified', needs: ['evidence'], takes: [], not: [], isOwn: true },
  verify: { from: ['rectified'], to: 'verified', needs: [], takes: [], not: ['rectifier', 'responsible'] },
  reject: { from: ['rectified', 'verified'], to: 'rectifying', needs: ['reason'], takes: [], not: [] },
  close: { from: ['verified'], to: 'closed', needs: [], takes: [], not: ['rectifier', 'responsible'] },
  reopen: { from: ['closed'], to: 'same', needs: ['reason'], takes: [], not: [] },
  supervise: { from: OPEN, to: 'same', needs: ['authority'], takes: [], not: [], isMajor: true },
  'end-supervision': { from: OPEN, to: 'same', needs: ['reason'], takes: [], not: [] },
  comment: { from: [...OPEN, 'closed'], to: 'same', needs: [], takes: [], not: [] },
}
