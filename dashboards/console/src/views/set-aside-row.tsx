import type { AlarmAction } from '../../../../contracts/alarm.ts'
import { TEST_CAUSE } from '../../../../contracts/test-words.ts'
import { useConsole } from '../console-context.ts'
import { useBarrier } from '../session.ts'
import type { SetAside, SetAsideKind } from '../set-aside.ts'
import { ACTION_TEXTS, STATE_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { AlarmLink } from './alarm-link.tsx'
import { AlarmNumbers } from './alarm-numbers.tsx'
import { FlagUntil } from './flag-until.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { SensorLink } from './sensor-link.tsx'

/** What lifts each. Key: the kind. */
const LIFTS = {
  shelved: 'unshelve',
  suppressed: 'unsuppress',
  outOfService: 'return-to-service',
} as const satisfies Record<SetAsideKind, AlarmAction>

/** One alarm that calls nobody: what it is beneath, since when, by whom, why, until when, and the way back. */
export function SetAsideRow({ entry }: { entry: SetAside }) {
  const { state, words, commands } = useConsole()
  const barrier = useBarrier()
  const { kind, alarm, flag } = entry
  const lift = LIFTS[kind]
  const isNormal = alarm.live === 'NORM'
  return (
    <li class="aside-row" data-testid={`aside-${kind}-${alarm.id}`} data-live={alarm.live}>
      <span class="aside-alarm">
        <AlarmLink alarm={alarm} />
        <SensorLink alarm={alarm} />
      </span>
      <span class="aside-live">
        <PriorityMark priority={alarm.priority} outline={isNormal} size={22} />
        <span>
          <span class={isNormal ? 'muted' : 'aside-active'}>{words.of(STATE_TEXTS[alarm.live])}</span>
          {!isNormal && <AlarmNumbers alarm={alarm} />}
        </span>
      </span>
      <span class="aside-since">
        <span class="aside-label">{words.text('since')}</span>
        {shortTime(flag.since, state.heardTime)}
      </span>
      <span class="aside-by">
        <span class="aside-label">{words.text('setBy')}</span>
        <span>
          {flag.by}
          {flag.approvedBy !== null && (
            <span class="muted"> · {words.text('approvedBy', { name: flag.approvedBy })}</span>
          )}
        </span>
      </span>
      <span class="aside-reason">{flag.reason}</span>
      <span class="aside-until">
        <span class="aside-label">{words.text('untilLabel')}</span>
        <FlagUntil flag={flag} />
      </span>
      <span class="aside-action">
        {flag.cause === null ? (
          <button
            type="button"
            class="button"
            data-testid={`lift-${kind}-${alarm.id}`}
            {...barrier(lift)}
            onClick={() => commands.ask(lift, [alarm])}
          >
            {words.of(ACTION_TEXTS[lift])}
          </button>
        ) : (
          <span class="muted">
            {words.text(flag.cause.startsWith(TEST_CAUSE) ? 'underTest' : 'byDesign')}
          </span>
        )}
      </span>
    </li>
  )
}
