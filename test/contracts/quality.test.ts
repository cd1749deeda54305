import { describe, expect, it } from 'vitest'
import { QUALITIES, QUALITY_NUMBER, REASONS, reasonRow } from '../../contracts/quality.ts'

// The table of DESIGN section 2, without the column of votes.
const UNCERTAIN = { quality: 'uncertain', evidence: 'raise-only', fault: false, blind: false } as const
const ABOVE = { quality: 'bad', evidence: 'beyond-high', fault: true, blind: true } as const
const BELOW = { quality: 'bad', evidence: 'beyond-low', fault: true, blind: true } as const
const MODE = { quality: 'bad', evidence: 'none', fault: false, blind: false } as const
const FAULT = { quality: 'bad', evidence: 'none', fault: true, blind: true } as const
/** Of derived sensors, which the design leaves open: what they are computed from tells of its own fault. */
const INPUTS = { quality: 'bad', evidence: 'none', fault: false, blind: true } as const
const TABLE = {
  clock: UNCERTAIN,
  'ne43-drift': UNCERTAIN,
  'out-of-spec': UNCERTAIN,
  imprecise: UNCERTAIN,
  'above-range': ABOVE,
  'ne43-high': ABOVE,
  'over-range-latched': ABOVE,
  'below-range': BELOW,
  'ne43-low': BELOW,
  inhibited: MODE,
  calibrating: MODE,
  'warm-up': MODE,
  testing: MODE,
  inputs: INPUTS,
  'no-protection': FAULT,
  timeout: FAULT,
  'not-a-number': FAULT,
  frozen: FAULT,
  'implausible-rate': FAULT,
  'comm-lost': FAULT,
  stale: FAULT,
  crc: FAULT,
  // The table ends with "...": what else this release can say of a failed read.
  'short-reply': FAULT,
  'bad-reply': FAULT,
  'not-decodable': FAULT,
  'device-fault': FAULT,
} as const

describe('quality', () => {
  it('has the reasons of the design and no others', () => {
    expect(REASONS).toEqual(TABLE)
  })

  it.each(Object.entries(TABLE))('%s is as the design says', (reason, row) => {
    expect(reasonRow(row.quality, reason)).toEqual(row)
  })

  it('measures with good quality, whatever else is said', () => {
    const measured = { quality: 'good', evidence: 'measured', fault: false, blind: false }
    for (const reason of [undefined, 'timeout', 'clock', 'nonsense'])
      expect(reasonRow('good', reason)).toEqual(measured)
  })

  it.each(['exception-2', 'exception-11', 'a-word-of-the-next-release', 'clock', 'toString', undefined])(
    'takes bad with reason %s at its most careful row',
    (reason) => {
      expect(reasonRow('bad', reason)).toEqual(FAULT)
    },
  )

  it.each(['a-word-of-the-next-release', 'timeout', 'above-range', undefined])(
    'takes uncertain with reason %s as raising and never clearing',
    (reason) => {
      expect(reasonRow('uncertain', reason)).toEqual(UNCERTAIN)
    },
  )

  it('clears by good quality only', () => {
    for (const quality of QUALITIES)
      for (const reason of [undefined, ...Object.keys(REASONS)])
        expect(reasonRow(quality, reason).evidence === 'measured', `${quality} ${reason}`).toBe(
          quality === 'good',
        )
  })

  it('has the numbers that stores keep', () => {
    expect(QUALITY_NUMBER).toEqual({ good: 192, uncertain: 64, bad: 0 })
  })
})
