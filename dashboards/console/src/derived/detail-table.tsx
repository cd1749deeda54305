import { formatIso } from '../../../../contracts/iso-time.ts'
import { unitSign } from '../../../../contracts/number-text.ts'
import { useConsole } from '../console-context.ts'
import { looseNumber } from '../number-text.ts'
import { DETAIL_TEXTS, DETAIL_WORDS } from '../texts/derived.ts'
import { shortTime } from '../time-text.ts'
import { type DetailRow, detailRows } from './detail-rows.ts'
import type { Untyped } from './untyped.ts'
import { useDerivedWords } from './use-derived-words.ts'

/** What a computation tells beside its value, a line each. */
export function DetailTable({ detail }: { detail: Untyped }) {
  const { state } = useConsole()
  const { known } = useDerivedWords()
  const rows = detailRows(detail)
  if (rows.length === 0) return null
  const saying = (row: DetailRow): string => {
    switch (row.kind) {
      case 'number':
        return `${looseNumber(row.value)} ${unitSign(row.unit)}`.trim()
      case 'time':
        return shortTime(formatIso(row.value, state.tree?.timezone ?? 'UTC'), state.heardTime)
      case 'word':
        return known(DETAIL_WORDS, row.value)
    }
  }
  return (
    <dl class="facts derived-facts" data-testid="derived-facts">
      {rows.map((row) => (
        <div key={row.key}>
          <dt>{known(DETAIL_TEXTS, row.key)}</dt>
          <dd>{saying(row)}</dd>
        </div>
      ))}
    </dl>
  )
}
