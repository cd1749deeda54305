import type { ErrorCode } from '../../../contracts/errors.ts'
import type { Verdict } from './carrier/carrier.ts'
import type { Outcome } from './export-queue.ts'
import type { ExportItemRow } from './outbound-tables.ts'

/** What becomes of rows that were tried; undefined: the other side refuses all of several, and they are to go one by one. */
export function outcomesOf(
  rows: readonly ExportItemRow[],
  verdict: Verdict,
  again: (row: ExportItemRow) => { nextTry: number; isGivenUp: boolean },
): Outcome[] | undefined {
  switch (verdict.kind) {
    case 'taken':
      return rows.map((row) => ({ row, state: 'sent', receipt: verdict.receipt, error: null }))
    case 'refused':
      if (rows.length > 1) return undefined
      return rows.map((row) => refused(row, null, verdict.detail))
    case 'results': {
      const results = new Map(verdict.results.map((result) => [result.id, result]))
      return rows.map((row): Outcome => {
        const result = results.get(row.item)
        // A result of another version is none of this one.
        if (result === undefined || (result.version ?? row.version) !== row.version)
          return unanswered(row, again(row))
        if (!result.ok) return refused(row, result.receipt, result.error)
        return { row, state: 'sent', receipt: result.receipt ?? verdict.receipt, error: null }
      })
    }
  }
}

/** Why the other side does not take an item, as it is shown. */
export function refusalText(detail: string | null): string {
  const code: ErrorCode = 'OUTBOUND_REFUSED'
  return `${code}: ${detail ?? 'without a reason'}`
}

function refused(row: ExportItemRow, receipt: string | null, detail: string | null): Outcome {
  return { row, state: 'refused', receipt, error: refusalText(detail) }
}

function unanswered(
  row: ExportItemRow,
  { nextTry, isGivenUp }: { nextTry: number; isGivenUp: boolean },
): Outcome {
  const error = 'OUTBOUND_ANSWER_INVALID: the answer does not name it'
  return { row, state: isGivenUp ? 'given-up' : 'waiting', receipt: null, error, nextTry }
}
