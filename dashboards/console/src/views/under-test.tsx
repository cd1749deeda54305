import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { type RunningTest, runningTests } from '../running-tests.ts'
import { useBarrier } from '../session.ts'
import { countdownText, shortTime } from '../time-text.ts'
import { TestMark } from './test-mark.tsx'

/** Lines beside the banner; the others are a number that leads to all of them. */
export const MOST_LINES = 2

/** Stands beneath the banner while anything is under test: its alarms call nobody. */
export function UnderTest() {
  const { state, words } = useConsole()
  const tests = runningTests(state.alarms.values())
  if (tests.length === 0) return null
  const more = tests.length - MOST_LINES
  return (
    <section class="under-test" aria-label={words.text('underTest')} data-testid="under-test">
      {tests.slice(0, MOST_LINES).map((test) => (
        <TestLine key={`${test.facility}/${test.id}`} test={test} />
      ))}
      {more > 0 && (
        <a href={formatRoute({ page: 'set-aside' })}>{words.text('moreTests', { count: more })}</a>
      )}
    </section>
  )
}

/** One test: what, until when, by whom, why, and the button that ends it. */
export function TestLine({ test }: { test: RunningTest }) {
  const { state, words, commands } = useConsole()
  const barrier = useBarrier()
  return (
    <div class="test-line">
      <TestMark />
      <span class="test-words">
        <b>{test.sensors.join(', ')}</b>
        {test.until !== null && (
          <span>
            {words.text('testUntil', { time: shortTime(test.until, state.heardTime) })} ·{' '}
            {words.text('left', { span: countdownText(test.until, state.now, words) })}
          </span>
        )}
        <span>{test.reason}</span>
      </span>
      <button
        type="button"
        class="button"
        data-testid={`end-test-${test.id}`}
        {...barrier('end-test')}
        onClick={() => commands.open({ dialog: 'end-test', test })}
      >
        {words.text('endTest')}
      </button>
    </div>
  )
}
