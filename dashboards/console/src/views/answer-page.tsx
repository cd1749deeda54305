import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import type { AnswerView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { alarmKey, type ConsoleState } from '../state.ts'
import { minuteTime } from '../time-text.ts'
import { AnswerAlarm } from './answer-alarm.tsx'
import { AnswerForm } from './answer-form.tsx'
import { AnswerLinks } from './answer-links.tsx'
import { AnswerRefusal } from './answer-refusal.tsx'
import { LockPanel } from './lock-panel.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** What the link of a message leads to: the alarm at once, then who it is, then one button. Opening it does nothing. */
export function AnswerPage({ code }: { code: string }) {
  const { state, api, words, session } = useConsole()
  const { who } = session
  const [done, setDone] = useState<AlarmView>()
  // Whoever signs in sees how it stands by then.
  const { value, failure, reload } = useLoaded(
    useCallback(() => api.notify.lookAtAnswer(code), [api, code]),
    { version: `${who?.name} ${state.generation}` },
  )
  useLookAgain(reload)
  if (value === undefined)
    return (
      <div class="answer" data-testid="answer">
        {failure === undefined ? (
          <p class="empty">{words.text('answerLooking')}</p>
        ) : (
          <section class="panel">
            <AnswerRefusal failure={failure} />
            {failure.kind === 'unreachable' && (
              <button type="button" class="button primary big" onClick={() => void reload()}>
                {words.text('tryAgain')}
              </button>
            )}
            <AnswerLinks />
          </section>
        )}
      </div>
    )
  const alarm = done ?? currentOf(state, value)
  return (
    <div class="answer" data-testid="answer">
      <AnswerAlarm view={value} alarm={alarm} />
      {done !== undefined ? (
        <Done alarm={done} />
      ) : !value.isCurrent ? (
        <Settled alarm={alarm} text={words.text('answerPast')} />
      ) : !isUnacknowledged(alarm.live) ? (
        <Settled
          alarm={alarm}
          text={
            alarm.acknowledgedBy === null
              ? words.text('answerAlreadyNobody')
              : words.text('answerAlready', { name: alarm.acknowledgedBy })
          }
        />
      ) : who === undefined ? (
        <>
          <p class="answer-step">
            {value.to !== null && `${words.text('answerFor', { name: value.to })} `}
            {words.text('answerNothingYet')}
          </p>
          <SignInForm name={value.to ?? ''} />
        </>
      ) : who.locked ? (
        <LockPanel />
      ) : who.auth === 'required' && value.to !== null && value.to !== who.name ? (
        <Other alarm={alarm} to={value.to} name={who.name} />
      ) : (
        <AnswerForm code={code} alarm={alarm} onDone={setDone} />
      )}
      <p class="hint">{words.text('answerUntil', { time: minuteTime(value.until, undefined) })}</p>
    </div>
  )
}

/** A phone that was put aside shows how it stands when it is taken up again. */
function useLookAgain(reload: () => Promise<void>): void {
  useEffect(() => {
    const look = () => {
      if (!document.hidden) void reload()
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [reload])
}

/** As the stream has it, once there is one, as long as it is the same occurrence. */
function currentOf(state: ConsoleState, view: AnswerView): AlarmView {
  const standing = state.link === 'live' ? state.alarms.get(alarmKey(view.alarm)) : undefined
  return standing !== undefined && standing.occurrence === view.alarm.occurrence ? standing : view.alarm
}

function Done({ alarm }: { alarm: AlarmView }) {
  const { words } = useConsole()
  const section = useRef<HTMLElement>(null)
  useEffect(() => section.current?.focus(), [])
  return (
    <section class="panel answer-done" ref={section} tabIndex={-1} data-testid="answer-done">
      <p role="status" class="answer-word">
        ✓ {words.text('answerDone', { name: alarm.acknowledgedBy ?? '' })}
      </p>
      <p>{words.text('answerDoneHint')}</p>
      <AnswerLinks alarm={alarm} />
    </section>
  )
}

function Settled({ alarm, text }: { alarm: AlarmView; text: string }) {
  return (
    <section class="panel" data-testid="answer-settled">
      <p role="status">{text}</p>
      <AnswerLinks alarm={alarm} />
    </section>
  )
}

function Other({ alarm, to, name }: { alarm: AlarmView; to: string; name: string }) {
  const { words, session } = useConsole()
  return (
    <section class="panel" data-testid="answer-other">
      <p>{words.text('answerOther', { to, name })}</p>
      <AnswerLinks alarm={alarm} />
      <button type="button" class="button big" data-testid="answer-sign-out" onClick={session.signOut}>
        {words.text('signOut')}
      </button>
    </section>
  )
}
