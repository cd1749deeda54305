import Type from 'typebox'
import { type LedgerItem, LedgerItemSchema } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { KeptGap } from '../../contracts/ledger.ts'
import { visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list, TimeQuery, timeOf } from './routes.ts'

const DAY_MS = 86_400_000

/** What became of the readings of each gateway: loss is a number that people see. */
export function ledgerRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/ledger',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The loss ledger of each gateway in a window; the last 24 hours unless asked for another',
        description:
          'A batch counts in the minute in which its gateway made it; in windows older than a week, in the hour. A gateway of which nothing is known there is left out.',
        tags: ['ledger'],
        querystring: Type.Object(
          {
            facility: Type.Optional(Type.String({ maxLength: 64 })),
            gateway: Type.Optional(Type.String({ maxLength: 64 })),
            ...TimeQuery,
          },
          closed,
        ),
        response: answers(list(LedgerItemSchema)),
      },
    },
    async (request) => {
      const { facility, gateway } = request.query
      const seen = visible(ports, request)
      if (facility !== undefined) facilityOf(ports, facility)
      const to = timeOf('to', request.query.to) ?? ports.now()
      const from = timeOf('from', request.query.from) ?? to - DAY_MS
      if (from >= to) throw new CodedError('REQUEST_INVALID', 'from must be before to')
      const sums = await ports.states.ledger({
        ...(facility === undefined ? {} : { facility }),
        ...(gateway === undefined ? {} : { gateway }),
        from,
        to,
      })
      const items = sums.flatMap(({ gaps, ...sum }): LedgerItem[] => {
        // A facility that left the server has no time zone any more, and nobody in scope.
        const timezone = seen.facilities.get(sum.facility)?.facility.timezone
        if (timezone === undefined) return []
        const iso = (ms: number) => formatIso(ms, timezone)
        return [{ ...sum, from: iso(from), to: iso(to), gaps: gaps.map((gap) => gapView(gap, iso)) }]
      })
      return { items }
    },
  )
}

function gapView({ epoch, seqs, count, from, to, reason, told }: KeptGap, iso: (ms: number) => string) {
  const ranges = seqs.map(([first, last]) => [first, last])
  return { epoch, seqs: ranges, count, from: iso(from), to: iso(to), reason, told: iso(told) }
}
