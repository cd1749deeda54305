import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { testFlagOf } from '../running-tests.ts'
import { TestMark } from './test-mark.tsx'

/** That a sensor is under test, or that some of its alarms call nobody. */
export function AsideMarks({ aside }: { aside: readonly AlarmView[] }) {
  const { words } = useConsole()
  const isTested = aside.some((alarm) => testFlagOf(alarm) !== undefined)
  const others = aside.filter((alarm) => testFlagOf(alarm) === undefined).length
  if (aside.length === 0) return null
  return (
    <span class="aside-marks">
      {isTested && <TestMark />}
      {others > 0 && <span class="aside-count">⊘ {words.text('asideCount', { count: others })}</span>}
    </span>
  )
}
