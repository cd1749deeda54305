import { useState } from 'preact/hooks'
import type { PlanView, StockView, TeamView } from '../../../../contracts/register/incident-api.ts'
import { useConsole } from '../console-context.ts'
import { dayTime } from '../register/deadline.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { formatRoute } from '../route.ts'
import { INCIDENT_KIND_TEXTS, TEAM_KIND_TEXTS } from '../texts/response.ts'
import { Listing } from '../views/listing.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { FieldsForm } from './fields-form.tsx'
import { type Page, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

const LOOK_MS = 30_000

/** What there is to respond with: teams, stock and plans. */
export function ResourcesPage({ facility }: { facility: string }) {
  const { state } = useConsole()
  const often = { version: state.incidentChanges, everyMs: LOOK_MS }
  const query = new URLSearchParams({ facility })
  const teams = useGot<Page<TeamView>>(`/api/v1/teams?${query}`, often)
  const stock = useGot<Page<StockView>>(`/api/v1/stock?${query}`, often)
  const plans = useGot<Page<PlanView>>(`/api/v1/plans?${query}`, often)
  const failure = teams.failure ?? stock.failure ?? plans.failure
  return (
    <>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {teams.value !== undefined && <Teams teams={teams.value.items} />}
      {stock.value !== undefined && <Stock stock={stock.value.items} reload={stock.reload} />}
      {plans.value !== undefined && <Plans plans={plans.value.items} teams={teams.value?.items ?? []} />}
    </>
  )
}

function Teams({ teams }: { teams: readonly TeamView[] }) {
  const words = useResponseWords()
  return (
    <section class="panel" data-testid="team-table">
      <h2>{words.text('teams')}</h2>
      <Listing
        columns={[
          words.text('team'),
          words.text('kind'),
          words.text('whoIsOnDuty'),
          words.text('phone'),
          words.text('whereNow'),
        ]}
        rows={teams.map((team) => ({
          key: team.id,
          cells: [
            <b key="name">{team.name}</b>,
            words.of(TEAM_KIND_TEXTS[team.kind]),
            team.onDuty.length > 0
              ? team.onDuty.map(({ name }) => name).join(', ')
              : team.duty === null
                ? '–'
                : `⚠ ${words.text('nobody')}`,
            team.phone === null ? (
              '–'
            ) : (
              <a key="phone" href={`tel:${team.phone}`}>
                {team.phone}
              </a>
            ),
            team.busy === null ? (
              <span key="where" class="muted">
                {words.text('ready')}
              </span>
            ) : (
              <a key="where" href={formatRoute({ page: 'incidents', number: team.busy.incident })}>
                {words.text(team.busy.arrived === null ? 'onTheWayTo' : 'busyAt', {
                  number: team.busy.incident,
                })}
              </a>
            ),
          ],
        }))}
      />
    </section>
  )
}

function Stock({ stock, reload }: { stock: readonly StockView[]; reload: () => Promise<void> }) {
  const words = useResponseWords()
  const refusal = useRefusalOf('operator')
  const [asked, ask] = useState<string>()
  const item = stock.find(({ id }) => id === asked)
  return (
    <section class="panel" data-testid="stock-table">
      <h2>{words.text('stock')}</h2>
      <Listing
        columns={[
          words.text('stockItem'),
          words.text('quantity'),
          words.text('least'),
          words.text('kept'),
          words.text('counted'),
          words.text('change'),
        ]}
        rows={stock.map(({ id, name, quantity, unit, least, isShort, at, updated }) => ({
          key: id,
          cells: [
            <b key="name">{name}</b>,
            <span key="quantity" class="nowrap">
              {`${quantity} ${unit}`}{' '}
              {isShort && (
                <span class="overdue" data-testid={`short-${id}`}>
                  ▼ {words.text('tooLittle')}
                </span>
              )}
            </span>,
            least === null ? '–' : `${least} ${unit}`,
            at,
            updated === null ? words.text('neverCounted') : dayTime(updated),
            <button
              key="change"
              type="button"
              class="button"
              aria-pressed={asked === id}
              disabled={refusal !== undefined}
              title={refusal}
              data-testid={`move-${id}`}
              onClick={() => ask(asked === id ? undefined : id)}
            >
              {words.text('putOrTake')}
            </button>,
          ],
        }))}
      />
      {item !== undefined && <Move key={item.id} item={item} reload={reload} onEnd={() => ask(undefined)} />}
    </section>
  )
}

function Move({
  item: { facility, id, name, unit },
  reload,
  onEnd,
}: {
  item: StockView
  reload: () => Promise<void>
  onEnd: () => void
}) {
  const { api } = useConsole()
  const words = useResponseWords()
  return (
    <FieldsForm
      id="move"
      title={name}
      submit={words.text('enterChange')}
      facility={facility}
      fields={[
        {
          name: 'change',
          label: words.text('changeOf', { unit }),
          input: 'number',
          isNeeded: true,
          hint: words.text('changeHint'),
        },
        { name: 'reason', label: words.text('reason'), input: 'line', isNeeded: true, maxLength: 500 },
      ]}
      send={(said) => api.asking.post(`/api/v1/facilities/${encodeURIComponent(facility)}/stock/${id}`, said)}
      onCancel={onEnd}
      onDone={() => {
        onEnd()
        void reload()
      }}
    />
  )
}

function Plans({ plans, teams }: { plans: readonly PlanView[]; teams: readonly TeamView[] }) {
  const words = useResponseWords()
  const nameOf = (id: string) => teams.find((team) => team.id === id)?.name ?? id
  const called = plans.toSorted((a, b) => b.calledFor.length - a.calledFor.length)
  return (
    <section class="panel" data-testid="plan-table">
      <h2>{words.text('emergencyPlans')}</h2>
      {plans.length === 0 && <p class="muted">{words.text('noEmergencyPlans')}</p>}
      {called.map((plan) => (
        <details key={plan.id} class="emergency-plan" open={plan.calledFor.length > 0}>
          <summary>
            <b>{plan.name}</b> <span class="muted">· {words.of(INCIDENT_KIND_TEXTS[plan.kind])}</span>{' '}
            {plan.calledFor.length > 0 && (
              <span class="overdue">
                ⚠ {words.text('calledFor', { alarms: plan.calledFor.slice(0, 5).join(', ') })}
              </span>
            )}
          </summary>
          <p class="muted">{plan.teams.map(nameOf).join(' · ')}</p>
          <ol>
            {plan.steps.map(({ id, text, by, withinSeconds }) => (
              <li key={id}>
                {text}{' '}
                <span class="muted">
                  {by !== null && nameOf(by)}{' '}
                  {withinSeconds !== null &&
                    words.text('within', { minutes: Math.round(withinSeconds / 60) })}
                </span>
              </li>
            ))}
          </ol>
          {plan.contacts.length > 0 && (
            <p>
              {plan.contacts.map(({ name, phone }) => (
                <span key={phone}>
                  {name} <a href={`tel:${phone}`}>{phone}</a>{' '}
                </span>
              ))}
            </p>
          )}
        </details>
      ))}
    </section>
  )
}
