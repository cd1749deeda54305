import type { DutyView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import { ageText, minuteTime } from '../time-text.ts'
import { DutyPersons } from './duty-persons.tsx'

/** One duty: who has it, until when, who is next; a hole before everything else. */
export function DutyCard({ duty }: { duty: DutyView }) {
  const { state, words } = useConsole()
  const { now, next, hole, handover } = duty
  const time = (iso: string) => minuteTime(iso, state.heardTime)
  return (
    <section
      class={hole === null ? 'panel duty' : 'panel duty with-hole'}
      data-testid={`duty-${duty.duty}`}
      aria-label={duty.name}
    >
      <h2>{duty.name}</h2>
      {hole !== null && <Hole duty={duty} from={hole} />}
      <dl class="facts">
        <div>
          <dt>{words.text('onDutyNow')}</dt>
          <dd>
            <DutyPersons shift={now} />
            <span class="muted">
              {now.team !== null && (next === null ? now.team : `${now.team} · `)}
              {next !== null && words.text('dutyUntil', { time: time(now.to) })}
            </span>
          </dd>
        </div>
        <div>
          <dt>{words.text('nextShift')}</dt>
          <dd>
            {next === null ? (
              <span class="muted">{words.text('noNext')}</span>
            ) : (
              <>
                <DutyPersons shift={next} />
                <span class="muted">
                  {next.team !== null && `${next.team} · `}
                  {words.text('dutyFrom', { time: time(next.from) })}
                </span>
              </>
            )}
          </dd>
        </div>
        {handover !== null && (
          <div>
            <dt>{words.text('lastHandover')}</dt>
            <dd class="handover-line">
              {handover.text}
              <span class="muted">
                {handover.by} · {time(handover.time)}
              </span>
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}

/** When nobody has it, and what to do about that. */
function Hole({ duty, from }: { duty: DutyView; from: string }) {
  const { state, words } = useConsole()
  const inMs = Date.parse(from) - state.now
  return (
    <p class="hole" role="alert" data-testid={`hole-${duty.duty}`}>
      <strong>⚠ {words.text('nobody')}</strong>{' '}
      {inMs <= 0 || duty.now.persons.length === 0
        ? words.text('holeNow')
        : words.text('holeLater', { time: minuteTime(from, state.heardTime), span: ageText(inMs, words) })}
    </p>
  )
}
