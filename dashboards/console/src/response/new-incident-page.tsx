import type { IncidentView, PlanView } from '../../../../contracts/register/incident-api.ts'
import { INCIDENT_KINDS, INCIDENT_LEVELS } from '../../../../contracts/register/incident-words.ts'
import { useConsole } from '../console-context.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { useTree } from '../register/place-names.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { alarmKey } from '../state.ts'
import { INCIDENT_KIND_TEXTS, LEVEL_TEXTS } from '../texts/response.ts'
import { FieldsForm } from './fields-form.tsx'
import type { FormField } from './form-field.ts'
import { newIncidentOf } from './new-incident.ts'
import type { ResponseWords } from './response-words.ts'
import { type Page, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

/** Something happens, or is about to; the alarm that it begins with may be given with the address. */
export function NewIncidentPage({ query }: { query: RegisterQuery }) {
  const { state, api } = useConsole()
  const words = useResponseWords()
  const refusal = useRefusalOf('operator')
  const facility = query.facility ?? state.facility ?? ''
  const { alarm } = query
  const areas = useTree(facility)?.areas ?? []
  const { value, failure } = useGot<Page<PlanView>>(`/api/v1/plans?${new URLSearchParams({ facility })}`)
  const plans = value?.items ?? []
  const standing = alarm === undefined ? undefined : state.alarms.get(alarmKey({ facility, id: alarm }))
  const proposed = plans.find(({ calledFor }) => alarm !== undefined && calledFor.includes(alarm))
  if (value === undefined && failure === undefined) return null
  return (
    <section class="panel register-form" data-testid="new-incident">
      <h2>{words.text('openIncident')}</h2>
      {alarm !== undefined && (
        <p>
          <a href={formatRoute({ page: 'alarm', facility, alarm })}>{words.text('alarmLink', { alarm })}</a>
          {standing !== undefined && `: ${standing.message}`}
        </p>
      )}
      <FieldsForm
        id="new"
        submit={words.text('openIncident')}
        note={words.text('clocksRun')}
        facility={facility}
        refusal={refusal}
        fields={fieldsOf({
          words,
          plans,
          areas,
          title: standing?.message ?? '',
          proposed,
          hasAlarm: alarm !== undefined,
        })}
        send={async (said) => {
          const answer = await api.asking.post<IncidentView>(
            '/api/v1/incidents',
            newIncidentOf(said, { facility, alarm }),
          )
          if (answer.ok) location.hash = formatRoute({ page: 'incidents', number: answer.value.number })
          return answer
        }}
        onDone={() => undefined}
      />
    </section>
  )
}

function fieldsOf(of: {
  words: ResponseWords
  plans: readonly PlanView[]
  areas: readonly { id: string; name: string }[]
  title: string
  proposed: PlanView | undefined
  hasAlarm: boolean
}): FormField[] {
  const { words, plans, areas, title, proposed, hasAlarm } = of
  const byAlarm = { value: '', text: words.text(hasAlarm ? 'asOfAlarm' : 'notSaid') }
  return [
    {
      name: 'title',
      label: words.text('titleOf'),
      input: 'line',
      isNeeded: !hasAlarm,
      maxLength: 200,
      value: title.slice(0, 200),
    },
    {
      name: 'level',
      label: words.text('level'),
      input: 'choice',
      value: '4',
      choices: INCIDENT_LEVELS.map((level) => ({ value: String(level), text: words.of(LEVEL_TEXTS[level]) })),
    },
    {
      name: 'plan',
      label: words.text('emergencyPlan'),
      input: 'choice',
      value: proposed?.id ?? '',
      hint: proposed === undefined ? undefined : words.text('planProposed'),
      choices: [
        { value: '', text: words.text('noPlan') },
        ...plans.map(({ id, name }) => ({ value: id, text: name })),
      ],
    },
    {
      name: 'kind',
      label: words.text('kind'),
      input: 'choice',
      value: '',
      choices: [
        { value: '', text: words.text('asOfPlan') },
        ...INCIDENT_KINDS.map((kind) => ({ value: kind, text: words.of(INCIDENT_KIND_TEXTS[kind]) })),
      ],
    },
    {
      name: 'area',
      label: words.text('area'),
      input: 'choice',
      value: '',
      choices: [byAlarm, ...areas.map(({ id, name }) => ({ value: id, text: name }))],
    },
    { name: 'commander', label: words.text('commander'), input: 'line', maxLength: 64 },
    {
      name: 'started',
      label: words.text('whenItBegan'),
      input: 'past',
      hint: words.text(hasAlarm ? 'emptyIsAlarm' : 'emptyIsNow'),
    },
    { name: 'description', label: words.text('whatIsSeen'), input: 'text' },
  ]
}
