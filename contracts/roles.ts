/** What a person or a machine may do: each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'engineer', 'admin'] as const
export type Role = (typeof ROLES)[number]

export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/**
 * The least role that each action takes. Whoever watches alarms may bring one back; setting one aside by hand, and
 * what it is set to, is for engineers.
 */
export const ACTION_ROLES = {
  acknowledge: 'operator',
  silence: 'operator',
  reset: 'operator',
  shelve: 'operator',
  unshelve: 'operator',
  suppress: 'engineer',
  unsuppress: 'operator',
  'out-of-service': 'engineer',
  'return-to-service': 'operator',
  settings: 'engineer',
  'start-test': 'engineer',
  'end-test': 'operator',
  calibrate: 'operator',
  inhibit: 'engineer',
  'release-inhibit': 'operator',
  absence: 'operator',
  /** Of somebody else. */
  'absence-of-others': 'engineer',
  handover: 'operator',
  'test-message': 'engineer',
} as const satisfies Record<string, Role>
export type GuardedAction = keyof typeof ACTION_ROLES
