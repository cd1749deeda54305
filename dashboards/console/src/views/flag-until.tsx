import { useConsole } from '../console-context.ts'
import type { Flag } from '../set-aside.ts'
import { countdownText, shortTime } from '../time-text.ts'

/** When a flag ends, and how much of its time is left, running. */
export function FlagUntil({ flag }: { flag: Flag }) {
  const { state, words } = useConsole()
  if (flag.until === null) return <span>{words.text('noEnd')}</span>
  return (
    <span class="until">
      <span>
        {shortTime(flag.until, state.heardTime)}
        {flag.oneShot && ` ${words.text('onceReturned')}`}
      </span>
      <b>{words.text('left', { span: countdownText(flag.until, state.now, words) })}</b>
    </span>
  )
}
