import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isAtRest,
  nextStand,
  REPORT_TABLE,
  type ReportStand,
  reportActions,
} from '../../../../alerting/register/report/report-lifecycle.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import {
  REPORT_ACTIONS,
  REPORT_ROLES,
  REPORT_STATES,
  REWARD_STATES,
  type ReportAction,
} from '../../../../contracts/register/report-words.ts'
import { ROLES } from '../../../../contracts/roles.ts'
import { filesLike } from '../../../contracts/source-files.ts'

const admin = { by: 'ann', role: 'admin' } as const

/** `from reward: action -> to reward`, of everything that is possible. */
const POSSIBLE = [
  'received none: review -> under-review none',
  'received none: move -> received none',
  'under-review none: accept -> accepted none',
  'under-review none: join -> accepted none',
  'under-review none: decline -> declined none',
  'under-review none: duplicate -> duplicate none',
  'under-review none: move -> under-review none',
  'accepted none: decline -> declined none',
  'accepted none: verify -> verified none',
  'verified none: propose-reward -> verified proposed',
  'verified none: close -> closed none',
  'verified proposed: approve-reward -> verified approved',
  'verified proposed: refuse-reward -> verified none',
  'verified approved: pay-reward -> verified paid',
  'verified paid: close -> closed paid',
  'declined none: review -> under-review none',
  'duplicate none: review -> under-review none',
]

function standsOf(): ReportStand[] {
  return REPORT_STATES.flatMap((state) =>
    REWARD_STATES.map((reward) => ({ state, reward, rewardBy: reward === 'none' ? null : 'bob' })),
  )
}

/** Stands that can come about. */
function reached(): Set<string> {
  const seen = new Map<string, ReportStand>()
  const visit = (stand: ReportStand) => {
    const key = `${stand.state} ${stand.reward}`
    if (seen.has(key)) return
    seen.set(key, stand)
    for (const action of REPORT_ACTIONS) {
      const next = nextStand(stand, action, { ...admin, by: action })
      if (!(next instanceof CodedError)) visit(next)
    }
  }
  visit({ state: 'received', reward: 'none', rewardBy: null })
  return new Set(seen.keys())
}

describe('the life of a public report', () => {
  it('has these steps and no others', () => {
    const found = standsOf()
      .filter(({ state, reward }) => reached().has(`${state} ${reward}`))
      .flatMap((stand) =>
        REPORT_ACTIONS.filter((action) => action !== 'comment').flatMap((action) => {
          const next = nextStand(stand, action, admin)
          return next instanceof CodedError
            ? []
            : [`${stand.state} ${stand.reward}: ${action} -> ${next.state} ${next.reward}`]
        }),
      )
    expect(found.sort()).toEqual(POSSIBLE.toSorted())
  })

  it('takes a comment anywhere, which changes nothing', () => {
    for (const stand of standsOf()) expect(nextStand(stand, 'comment', admin)).toEqual(stand)
  })

  it.each(REPORT_ACTIONS)('%s takes its role', (action) => {
    const [from = 'received'] = REPORT_TABLE[action].from
    const stand = {
      state: from,
      reward: REPORT_TABLE[action].rewards?.[0] ?? 'none',
      rewardBy: null,
    } as const
    const may = ROLES.filter((role) => !(nextStand(stand, action, { by: 'ann', role }) instanceof CodedError))
    expect(may).toEqual(ROLES.slice(ROLES.indexOf(REPORT_ROLES[action])))
  })

  it('lets nobody approve what they proposed, however they write their name', () => {
    const stand = { state: 'verified', reward: 'proposed', rewardBy: 'Ann' } as const
    expect(nextStand(stand, 'approve-reward', admin)).toMatchObject({ code: 'REPORT_SAME_PERSON' })
    expect(nextStand(stand, 'approve-reward', { ...admin, by: 'bob' })).toMatchObject({ reward: 'approved' })
    expect(reportActions(stand, admin)).toEqual(['refuse-reward', 'comment'])
  })

  it('never pays what nobody else has approved, whatever is done', () => {
    const step = fc.record({
      action: fc.constantFrom(...REPORT_ACTIONS),
      by: fc.constantFrom('ann', 'bob', 'cy'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let stand: ReportStand = { state: 'received', reward: 'none', rewardBy: null }
        let approvedBy: string | undefined
        const done: ReportAction[] = []
        for (const { action, by } of steps) {
          const next = nextStand(stand, action, { by, role: 'admin' })
          if (next instanceof CodedError) continue
          if (action === 'approve-reward') approvedBy = by
          expect((next.rewardBy === null) === (next.reward === 'none')).toBe(true)
          if (next.reward === 'paid') {
            expect(approvedBy).toBeDefined()
            expect(approvedBy).not.toBe(next.rewardBy)
            expect(done).toContain('verify')
          }
          if (isAtRest(next.state)) expect(['none', 'paid']).toContain(next.reward)
          stand = next
          done.push(action)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('stands in the documentation as it is', () => {
    const page = filesLike('docs/public-reports.md').get('docs/public-reports.md') ?? ''
    const rows = [...page.matchAll(/^\| `([\w-]+)` \| ([^|]*) \| ([^|]*) \|[^|]*\| (\w+) \|$/gm)]
    const said = rows.map(([, action, from, to, role]) => ({ action, from, to, role }))
    const isSame = REPORT_ACTIONS.map((action) => {
      const { from, to, rewards, reward } = REPORT_TABLE[action]
      const begins = from.length === REPORT_STATES.length ? 'any' : from.join(', ')
      return {
        action,
        from: rewards === undefined ? begins : `${begins}; reward ${rewards.join(', ')}`,
        to: to ?? (reward === undefined ? 'the same' : `reward ${reward}`),
        role: REPORT_ROLES[action],
      }
    })
    expect(said).toEqual(isSame)
  })
})
