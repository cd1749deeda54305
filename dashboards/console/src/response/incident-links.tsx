import { useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { FieldsForm } from './fields-form.tsx'
import type { IncidentPart } from './incident-page.tsx'
import { useResponseWords } from './use-response-words.ts'

/** Alarms and hazards that belong to it. */
export function IncidentLinks({ incident, person, isOpen, reload }: IncidentPart) {
  const { state, api } = useConsole()
  const words = useResponseWords()
  const [asked, ask] = useState<'alarm' | 'hazard'>()
  const { number, facility, alarms, hazards } = incident
  const linked = new Set(alarms.map(({ alarm }) => alarm))
  const others = [...state.alarms.values()].filter(
    (alarm) => alarm.facility === facility && !linked.has(alarm.id),
  )
  const close = () => ask(undefined)
  const shared = {
    facility,
    person,
    onCancel: close,
    onDone: () => {
      close()
      void reload()
    },
  }
  const path = `/api/v1/incidents/${number}/links`
  return (
    <section class="panel" data-testid="links">
      <h2>{words.text('links')}</h2>
      {alarms.length + hazards.length === 0 && <p class="muted">{words.text('noLinks')}</p>}
      <ul class="link-rows">
        {alarms.map(({ alarm, occurrence, time }) => (
          <li key={occurrence}>
            <span class="muted">{time.slice(5, 16).replace('T', ' ')}</span>{' '}
            <a href={formatRoute({ page: 'alarm', facility, alarm })} data-testid={`alarm-${alarm}`}>
              {words.text('alarmLink', { alarm })} ›
            </a>
          </li>
        ))}
        {hazards.map((hazard) => (
          <li key={hazard}>
            <a href={formatRoute({ page: 'hazard', number: hazard })} data-testid={`linked-hazard-${hazard}`}>
              {words.text('hazardLink', { number: hazard })} ›
            </a>
          </li>
        ))}
      </ul>
      {isOpen && asked === undefined && (
        <div class="action-buttons">
          {others.length > 0 && (
            <button type="button" class="button" data-testid="link-alarm" onClick={() => ask('alarm')}>
              {words.text('addAlarm')}
            </button>
          )}
          <button type="button" class="button" data-testid="link-hazard" onClick={() => ask('hazard')}>
            {words.text('addHazard')}
          </button>
        </div>
      )}
      {isOpen && asked === 'alarm' && (
        <FieldsForm
          id="link"
          submit={words.text('addAlarm')}
          fields={[
            {
              name: 'alarm',
              label: words.text('alarm'),
              input: 'choice',
              isNeeded: true,
              choices: others.map(({ id, message }) => ({ value: id, text: `${id}: ${message}` })),
            },
          ]}
          send={({ alarm, ...said }) => api.asking.post(path, { alarms: [{ alarm }], ...said })}
          {...shared}
        />
      )}
      {isOpen && asked === 'hazard' && (
        <FieldsForm
          id="link"
          submit={words.text('addHazard')}
          fields={[{ name: 'hazard', label: words.text('hazardNo'), input: 'count', isNeeded: true }]}
          send={({ hazard, ...said }) => api.asking.post(path, { hazards: [hazard], ...said })}
          {...shared}
        />
      )}
    </section>
  )
}
