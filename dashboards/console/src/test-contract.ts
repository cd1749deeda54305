export const TEST_KINDS = ['bump', 'proof'] as const
export type TestKind = (typeof TEST_KINDS)[number]

/** A test of sensors: their alarms are recorded and nobody is called. GET /api/v1/facilities/{f}/tests. */
export interface SensorTest {
  id: string
  kind: TestKind
  sensors: readonly string[]
  area: string | null
  by: string
  /** The second person, where it took two. */
  approvedBy?: string | null
  reason: string
  started: string
  until: string
  ended: string | null
  endedBy: string | null
  evidence: readonly {
    sensor: string
    alarm: string
    raised: string | null
    returned: string | null
    peak: number | null
  }[]
}

/** The flags of a test have this cause, with its id behind it. */
export const TEST_CAUSE = 'test.'

/** POST .../tests. */
export interface TestOrder {
  kind: TestKind
  sensors: readonly string[]
  /** A duration from 1m to 8h. */
  for: string
  reason: string
  by?: string
  approvedBy?: string
}
