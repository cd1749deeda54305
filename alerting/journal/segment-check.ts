import { type Head, MIN_RETENTION_MS, ROOT, type Segment, START } from './chain.ts'
import type { Flaw } from './chain-check.ts'
import { type Claim, segmentClaim } from './signing.ts'

/** True when one of the keys given made the signature. */
export type Verify = (claim: Claim, signature: string) => boolean

/** Where the entries begin that are still there: after the last segment that was given up. */
export function startOf(segments: readonly Segment[]): Head {
  const given = segments.findLast(({ dropped }) => dropped !== null)
  return given === undefined ? START : { n: given.last, hash: given.head }
}

/**
 * What is wrong with the segments among themselves: each begins where the one before it ends, those given up come
 * first and were old enough, and from the first signature on each has one.
 */
export function wrongSegments(
  facility: string,
  segments: readonly Segment[],
  verify?: Verify,
): { flaws: Flaw[]; signed: number | null } {
  const flaws: Flaw[] = []
  let before: Segment | undefined
  let signed = 0
  for (const segment of segments) {
    const { first, last, previous, sealed, dropped, signature } = segment
    const refuse = (kind: 'segment' | 'signature', detail: string) =>
      flaws.push({
        kind,
        n: first,
        seq: null,
        time: null,
        detail: `the segment up to entry ${last} ${detail}`,
      })
    if (first !== (before?.last ?? 0) + 1 || last < first)
      refuse('segment', 'does not follow the one before it')
    if (previous !== (before?.head ?? ROOT)) refuse('segment', 'has another hash before it')
    if (dropped !== null && before?.dropped === null)
      refuse('segment', 'is dropped, and the one before it is not')
    if (dropped !== null && dropped - sealed < MIN_RETENTION_MS) refuse('segment', 'was dropped too early')
    before = segment
    if (verify === undefined) continue
    if (signature !== null && verify(segmentClaim(facility, segment), signature)) signed += 1
    else if (signature !== null) refuse('signature', 'has a signature of none of the keys')
    else if (signed > 0) refuse('signature', 'is not signed, and one before it is')
  }
  return { flaws, signed: verify === undefined ? null : signed }
}
