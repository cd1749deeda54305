import { CodedError } from '../../../contracts/errors.ts'

/** One thing that the server needs in a database, and how it stands. */
export interface SetupStep {
  /** Such as `bucket davylamp, 400d`. */
  readonly what: string
  /** `differs`: there, and not as the facility file says; `refused`: there, and of no use. Both are left alone. */
  readonly state: 'made' | 'changed' | 'there' | 'differs' | 'refused' | 'unneeded'
  readonly note?: string
}

/** Days for people. */
export function daysText(ms: number): string {
  return ms === FOR_EVER ? 'for ever' : `${Math.round((ms / 86_400_000) * 100) / 100}d`
}

/** A retention that has no end, ms. */
export const FOR_EVER = Number.POSITIVE_INFINITY

/**
 * What becomes of a retention that is there: it is lengthened, never shortened, since that would delete what
 * somebody may still want. `by` is how a person shortens it.
 */
export function retentionStep(
  what: string,
  { has, wants, by }: { has: number; wants: number; by: string },
): SetupStep {
  if (has === wants) return { what: `${what}, ${daysText(wants)}`, state: 'there' }
  if (has < wants) {
    return { what: `${what}, ${daysText(wants)}`, state: 'changed', note: `it was ${daysText(has)}` }
  }
  const note = `it keeps ${daysText(has)}, the facility file says ${daysText(wants)}: left as it is. To shorten it, which deletes what is older: ${by}`
  return { what, state: 'differs', note }
}

/** @throws CodedError CONFIG_INVALID when the database speaks another interface than the file says */
export function checkApi(api: 'v1' | 'v2', version: string): void {
  const major = Number(/^(\d+)\./.exec(version)?.[1])
  if (api === 'v1' && major >= 2)
    throw new CodedError('CONFIG_INVALID', `store.api is v1 and this is InfluxDB ${version}: set it to v2`)
  if (api === 'v2' && major === 1)
    throw new CodedError('CONFIG_INVALID', `store.api is v2 and this is InfluxDB ${version}: set it to v1`)
  if (api === 'v2' && major >= 3) {
    throw new CodedError(
      'CONFIG_NOT_BUILT',
      `setup for InfluxDB ${version}: it makes its databases with the first write; set their retention with its own command`,
    )
  }
}
