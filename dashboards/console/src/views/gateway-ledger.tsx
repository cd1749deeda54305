import type { LedgerItem } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { countText } from '../number-text.ts'
import type { TextKey } from '../texts.ts'
import { shortTime } from '../time-text.ts'

/** Gaps shown; the others are a number. */
const MAX_GAPS = 3

/** `trouble`: coloured when it is not zero. `not zero`: shown only then. */
const FIGURES = [
  { name: 'sent', text: 'ledgerSent', when: 'always' },
  { name: 'stored', text: 'ledgerStored', when: 'always' },
  { name: 'late', text: 'ledgerLate', when: 'always' },
  { name: 'refused', text: 'ledgerRefused', when: 'not zero' },
  { name: 'dropped', text: 'ledgerDropped', when: 'trouble' },
  { name: 'missing', text: 'ledgerMissing', when: 'trouble' },
] as const satisfies readonly { name: keyof LedgerItem; text: TextKey; when: string }[]

/** What became of the readings of a gateway in the last day: one quiet line, loud only where some are gone. */
export function GatewayLedger({ item }: { item: LedgerItem | null }) {
  const { state, words } = useConsole()
  return (
    <div class="ledger" data-testid={item === null ? undefined : `ledger-${item.gateway}`}>
      <p>
        <b>{words.text('ledgerDay')}</b>
        {item === null ? (
          <span>{words.text('ledgerNothing')}</span>
        ) : (
          FIGURES.filter(({ name, when }) => when !== 'not zero' || item[name] > 0).map(
            ({ name, text, when }) => {
              const isTrouble = when === 'trouble' && item[name] > 0
              return (
                <span key={name} class={isTrouble ? 'trouble' : ''}>
                  {isTrouble && <b aria-hidden="true">⚠ </b>}
                  {words.text(text, { count: countText(item[name]) })}
                </span>
              )
            },
          )
        )}
      </p>
      {item !== null && item.missing > 0 && <p class="hint">{words.text('ledgerMissingHint')}</p>}
      {item !== null && item.gaps.length > 0 && (
        <ul>
          {item.gaps.slice(0, MAX_GAPS).map((gap) => (
            <li key={`${gap.epoch} ${gap.seqs[0]?.[0]}`}>
              <span>
                {shortTime(gap.from, state.heardTime)} – {shortTime(gap.to, state.heardTime)}
              </span>
              <span>
                {words.text('ledgerGap', { count: countText(gap.count), reason: words.gap(gap.reason) })}
              </span>
            </li>
          ))}
          {item.gaps.length > MAX_GAPS && (
            <li>{words.text('ledgerMoreGaps', { count: countText(item.gaps.length - MAX_GAPS) })}</li>
          )}
        </ul>
      )}
    </div>
  )
}
