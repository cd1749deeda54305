import type { ClockView, IncidentView } from '../../../../contracts/register/incident-api.ts'
import type { ClockState } from '../../../../contracts/register/incident-words.ts'
import { useConsole } from '../console-context.ts'
import { CLOCK_STATE_TEXTS, TEAM_KIND_TEXTS } from '../texts/response.ts'
import { clockNow, clockText, spokenMinutes } from './clock-now.ts'
import { useResponseWords } from './use-response-words.ts'

const SIGNS: Readonly<Record<ClockState, string>> = {
  running: '◷',
  met: '✓',
  breached: '⚠',
  waived: '–',
  ended: '–',
}

/** Who should be there by when: down to the due time, then up in red with a word. */
export function IncidentClocks({ incident }: { incident: IncidentView }) {
  const words = useResponseWords()
  return (
    <section class="panel clocks" aria-label={words.text('clocks')} data-testid="clocks">
      {incident.clocks.map((clock) => (
        <Clock key={clock.kind} clock={clock} incident={incident} />
      ))}
    </section>
  )
}

function Clock({ clock, incident }: { clock: ClockView; incident: IncidentView }) {
  const { state } = useConsole()
  const words = useResponseWords()
  const { kind, targetSeconds, due, arrived, waived } = clock
  const now = clockNow(clock, { started: incident.started, ended: incident.ended?.time ?? null }, state.now)
  const kindText = words.of(TEAM_KIND_TEXTS[kind])
  const stateText = words.of(CLOCK_STATE_TEXTS[now.state])
  const hasTime = now.state !== 'waived' && now.state !== 'ended'
  return (
    <div class={`clock clock-${now.state}`} data-testid={`clock-${kind}`} data-state={now.state}>
      <h2>{kindText}</h2>
      <p class="clock-time" role="timer" aria-live="off">
        {hasTime ? `${now.state === 'breached' ? '+' : ''}${clockText(now)}` : '–'}
      </p>
      <p class="clock-state">
        <span aria-hidden="true">{SIGNS[now.state]}</span> {stateText}
      </p>
      <p class="muted">
        {words.text('dueAt', { time: due.slice(11, 19), minutes: Math.round(targetSeconds / 60) })}
        {arrived !== null && ` · ${words.text('arrivedAt', { time: arrived.slice(11, 19) })}`}
      </p>
      {waived !== null && (
        <p class="said">
          {waived.by}: “{waived.reason}”
        </p>
      )}
      <p class="spoken" aria-live="polite">
        {hasTime
          ? words.text('clockSpoken', { kind: kindText, state: stateText, minutes: spokenMinutes(now) })
          : ''}
      </p>
    </div>
  )
}

/** The clocks of one of many, in a line. */
export function ClockLine({ incident }: { incident: IncidentView }) {
  const { state } = useConsole()
  const words = useResponseWords()
  const of = { started: incident.started, ended: incident.ended?.time ?? null }
  return (
    <span class="clock-line">
      {incident.clocks.map((clock) => {
        const now = clockNow(clock, of, state.now)
        const isTimed = now.state === 'running' || now.state === 'breached'
        return (
          <span key={clock.kind} class={now.state === 'breached' ? 'clock-late' : 'muted'}>
            {SIGNS[now.state]} {words.of(TEAM_KIND_TEXTS[clock.kind])}{' '}
            {isTimed
              ? `${now.state === 'breached' ? '+' : ''}${clockText(now)}`
              : words.of(CLOCK_STATE_TEXTS[now.state])}
          </span>
        )
      })}
    </span>
  )
}
