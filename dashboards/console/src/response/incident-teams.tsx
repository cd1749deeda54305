import { useState } from 'preact/hooks'
import type { TeamView } from '../../../../contracts/register/incident-api.ts'
import type { TeamEvent } from '../../../../contracts/register/incident-words.ts'
import { useConsole } from '../console-context.ts'
import { plantTimeIso } from '../plant-time.ts'
import { useTree } from '../register/place-names.ts'
import { formatRoute } from '../route.ts'
import { useSending } from '../sending.ts'
import { TEAM_ACTION_TEXTS, TEAM_KIND_TEXTS } from '../texts/response.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { PastInput } from './field-input.tsx'
import type { IncidentPart } from './incident-page.tsx'
import { type TeamRow, teamRows } from './team-rows.ts'
import { useResponseWords } from './use-response-words.ts'

/** Who was sent, who is there; a button for what comes next, now or at a time that is entered. */
export function IncidentTeams({
  incident,
  person,
  isOpen,
  reload,
  teams,
}: IncidentPart & { teams: readonly TeamView[] }) {
  const { api } = useConsole()
  const words = useResponseWords()
  const timezone = useTree(incident.facility)?.timezone ?? 'UTC'
  const [typed, type] = useState('')
  const { progress, canSend, send } = useSending(() => {
    type('')
    void reload()
  })
  const rows = teamRows(incident, teams)
  const enter = (team: string, event: TeamEvent) =>
    send(() => {
      const time = plantTimeIso(typed, timezone)
      const body = { team, event, ...(time === undefined ? {} : { time }), ...person.named() }
      return api.asking.post(`/api/v1/incidents/${incident.number}/teams`, body)
    })
  return (
    <section class="panel" data-testid="teams">
      <h2>{words.text('teams')}</h2>
      {isOpen && (
        <div class="field when">
          <label for="team-time">{words.text('whenItWas')}</label>
          <PastInput id="team-time" value={typed} onInput={type} />
          <p id="team-time-note" class="field-note">
            {words.text('emptyIsNow')}
          </p>
        </div>
      )}
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
      {rows.length === 0 && <p class="muted">{words.text('noTeams')}</p>}
      <ul class="team-rows">
        {rows.map((row) => (
          <li key={row.team} data-testid={`team-${row.team}`}>
            <TeamText row={row} />
            {isOpen && (
              <div class="team-buttons">
                {row.next.map((event, index) => (
                  <button
                    key={event}
                    type="button"
                    class={index === 0 && event !== 'released' ? 'button primary' : 'button'}
                    data-testid={`${event}-${row.team}`}
                    disabled={!canSend}
                    onClick={() => void enter(row.team, event)}
                  >
                    {words.of(TEAM_ACTION_TEXTS[event])}
                  </button>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function TeamText({ row }: { row: TeamRow }) {
  const words = useResponseWords()
  const { name, kind, phone, onDuty, dispatch, elsewhere } = row
  const times = [
    ['sentAt', dispatch?.dispatched],
    ['arrivedAt', dispatch?.arrived],
    ['releasedAt', dispatch?.released],
  ] as const
  return (
    <div>
      <p>
        <b>{name}</b> <span class="muted">· {words.of(TEAM_KIND_TEXTS[kind])}</span>
        {phone !== null && (
          <>
            {' '}
            · <a href={`tel:${phone}`}>☏ {phone}</a>
          </>
        )}
      </p>
      {onDuty.length > 0 && <p class="muted">{words.text('onDuty', { names: onDuty.join(', ') })}</p>}
      {dispatch !== undefined && (
        <p>
          {times.flatMap(([key, happened]) =>
            happened === null || happened === undefined
              ? []
              : [
                  <span key={key} title={words.text('enteredBy', { by: happened.by })}>
                    {words.text(key, { time: happened.time.slice(11, 19) })}{' '}
                  </span>,
                ],
          )}
        </p>
      )}
      {elsewhere !== null && (
        <p>
          <a href={formatRoute({ page: 'incidents', number: elsewhere })}>
            {words.text('busyAt', { number: elsewhere })}
          </a>
        </p>
      )}
    </div>
  )
}
