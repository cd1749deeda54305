import { useCallback, useState } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { type NoticeStep, toldOf } from '../notice-groups.ts'
import { causeText } from '../notice-text.ts'
import { alarmKey } from '../state.ts'
import { shortTime } from '../time-text.ts'
import { NoticeOutcome } from './notice-outcome.tsx'
import { ProblemNote } from './problem-note.tsx'

const MOST = 100
/** Receipts come after the entry of the journal. */
const EVERY_MS = 15_000

/** The notices of the occurrence that stands, step by step; those before it as somebody asks for them. */
export function WhoWasTold({ alarm }: { alarm: AlarmView }) {
  const { words } = useConsole()
  const [isOlder, showOlder] = useState(false)
  return (
    <section class="panel" data-testid="who-was-told">
      <h2>{words.text('whoWasTold')}</h2>
      {alarm.occurrence === null ? (
        <p class="muted">{words.text('noOccurrence')}</p>
      ) : (
        <Told alarm={alarm} occurrence={alarm.occurrence} />
      )}
      {isOlder ? (
        <Told alarm={alarm} />
      ) : (
        <button
          type="button"
          class="button older-told"
          data-testid="told-older"
          onClick={() => showOlder(true)}
        >
          {words.text('olderOccurrences')}
        </button>
      )}
    </section>
  )
}

/** Of one occurrence; without one, of all but that which stands. */
function Told({ alarm, occurrence }: { alarm: AlarmView; occurrence?: string }) {
  const { state, api, words } = useConsole()
  const { facility, id } = alarm
  const told = state.recent.find(
    (item) => item.event === 'notified' && alarmKey(item.alarm) === alarmKey(alarm),
  )
  const { value, failure } = useLoaded(
    useCallback(
      () =>
        api.notify.notices({
          facility,
          alarm: id,
          limit: MOST,
          ...(occurrence === undefined ? {} : { occurrence }),
        }),
      [api, facility, id, occurrence],
    ),
    { everyMs: EVERY_MS, version: `${told?.seq} ${state.generation}` },
  )
  if (failure !== undefined) return <ProblemNote failure={failure} />
  if (value === undefined) return <p class="muted">{words.text('loading')}</p>
  const isOlder = occurrence === undefined
  const occurrences = toldOf(value.items).filter((each) => !isOlder || each.occurrence !== alarm.occurrence)
  if (occurrences.length === 0) return <p class="muted">{words.text(isOlder ? 'neverTold' : 'nobodyTold')}</p>
  return (
    <>
      {occurrences.map((each) => (
        <div key={each.occurrence} data-testid={isOlder ? 'told-before' : 'told-now'}>
          {isOlder && (
            <h3>
              {words.text('occurrence')} <code>{each.occurrence}</code>
            </h3>
          )}
          <ol class="told-steps">
            {each.steps.map((step) => (
              <Step key={step.key} step={step} />
            ))}
          </ol>
        </div>
      ))}
    </>
  )
}

function Step({ step }: { step: NoticeStep }) {
  const { state, words } = useConsole()
  return (
    <li class="told-step">
      <p class="told-when">
        <b>{shortTime(step.time, state.heardTime)}</b> {causeText(step, words)}
      </p>
      <ul>
        {step.notices.map((notice) => (
          <li key={notice.id} class="told-person">
            <span>
              {words.text('toldBy', { to: notice.to ?? words.text('aGroup'), channel: notice.channel })}
            </span>
            <NoticeOutcome notice={notice} />
          </li>
        ))}
      </ul>
    </li>
  )
}
