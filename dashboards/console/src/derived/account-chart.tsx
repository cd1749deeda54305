import { formatIso } from '../../../../contracts/iso-time.ts'
import { useConsole } from '../console-context.ts'
import { looseNumber } from '../number-text.ts'
import { shortTime } from '../time-text.ts'
import { type Account, accountPicture } from './account-view.ts'
import { useDerivedWords } from './use-derived-words.ts'

const [WIDTH, HEIGHT] = [560, 150]
/** Half a line that lies on the edge is not cut off. */
const EDGE = 2

/** What a tank was missing in each of its last periods, and how that sums up. Grey: its alarm says what is too much. */
export function AccountChart({ accounts }: { accounts: readonly Account[] }) {
  const { state } = useConsole()
  const { text } = useDerivedWords()
  const [first, last] = [accounts[0], accounts.at(-1)]
  if (first === undefined || last === undefined) return null
  const { bars, barWidth, gaps, high, low, zero, top, bottom } = accountPicture(accounts, {
    width: WIDTH,
    height: HEIGHT,
  })
  const timeOf = ({ to }: Account) => shortTime(formatIso(to, state.tree?.timezone ?? 'UTC'), state.heardTime)
  const says = text('accountSays', { high: looseNumber(last.high), low: looseNumber(last.low) })
  return (
    <figure class="account" data-testid="account">
      <figcaption>{text('account', { count: accounts.length })}</figcaption>
      <p class="account-edge">{looseNumber(top)} m³</p>
      <svg viewBox={`0 ${-EDGE} ${WIDTH} ${HEIGHT + 2 * EDGE}`} role="img" aria-label={says}>
        {bars.map(({ x, y, height }) => (
          <rect key={x} class="account-bar" x={x} y={y} width={barWidth} height={height} />
        ))}
        {gaps.map((x) => (
          <text key={x} x={x} y={zero - 3} text-anchor="middle">
            ×
          </text>
        ))}
        <path class="account-zero" d={`M0 ${zero}H${WIDTH}`} />
        <path class="account-high" d={high} />
        <path class="account-low" d={low} />
      </svg>
      {bottom < 0 && <p class="account-edge">{looseNumber(bottom)} m³</p>}
      <p class="account-times">
        <span>{timeOf(first)}</span>
        <span>{timeOf(last)}</span>
      </p>
      <p class="hint">{text('accountKey')}</p>
    </figure>
  )
}
