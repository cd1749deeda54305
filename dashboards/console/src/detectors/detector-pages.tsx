import '../styles/detectors.css'
import type { CalibrationView, DueView } from '../../../../contracts/calibration-api.ts'
import type { InhibitView } from '../../../../contracts/inhibit-api.ts'
import { useConsole } from '../console-context.ts'
import { CALIBRATION_KIND_TEXTS, CALIBRATION_RESULT_TEXTS } from '../texts/detectors.ts'
import { clockOf, dateOf } from '../time-text.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { CalibrationEntry } from './calibration-entry.tsx'
import { type Listed, sensorPath, useAsked } from './detector-client.ts'
import { DueList } from './due-list.tsx'
import { InhibitPanel } from './inhibit-panel.tsx'
import { recordFigures } from './record-figures.ts'
import { useDetectorWords } from './use-detector-words.ts'

/** What is loaded later: the due list of the plant, or what concerns one of its sensors. */
export function DetectorPages({ sensor }: { sensor: string | undefined }) {
  return sensor === undefined ? <DuePage /> : <SensorCare sensor={sensor} />
}

function DuePage() {
  const { state, words } = useConsole()
  const text = useDetectorWords()
  const path = `/api/v1/facilities/${encodeURIComponent(state.facility ?? '')}/calibrations`
  const { value, failure } = useAsked<Listed<DueView>>(path)
  return (
    <div class="page">
      <h1>{words.text('calibrations')}</h1>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <section class="panel">
        {value === undefined ? (
          failure === undefined && <p class="muted">{words.text('loading')}</p>
        ) : value.items.length === 0 ? (
          <p class="muted">{text('noDates')}</p>
        ) : (
          <>
            <DueCount items={value.items} />
            <p class="muted">{text('calibrationsHint')}</p>
            <DueList items={value.items} />
          </>
        )}
      </section>
    </div>
  )
}

/** How many detectors are not to be trusted, before which ones. */
function DueCount({ items }: { items: readonly DueView[] }) {
  const text = useDetectorWords()
  const sensorsOf = (state: DueView['state']) =>
    new Set(items.filter((due) => due.state === state).map(({ sensor }) => sensor)).size
  const [overdue, due] = [sensorsOf('overdue'), sensorsOf('due')]
  return (
    <p class="due-count" data-testid="due-count">
      <b>{overdue > 0 ? `✕ ${text('countOverdue', { count: overdue })}` : `✓ ${text('noneOverdue')}`}</b>
      {due > 0 && <span>◐ {text('countDue', { count: due })}</span>}
    </p>
  )
}

/** When a detector is due, who works on it, and what was done to it. */
function SensorCare({ sensor }: { sensor: string }) {
  const { state, words } = useConsole()
  const text = useDetectorWords()
  const facility = state.facility ?? ''
  const unit = state.tree?.sensors.find(({ id }) => id === sensor)?.unit ?? '1'
  const query = new URLSearchParams({ sensor })
  const due = useAsked<Listed<DueView>>(
    `/api/v1/facilities/${encodeURIComponent(facility)}/calibrations?${query}`,
  )
  const records = useAsked<Listed<CalibrationView>>(`${sensorPath(facility, sensor)}/calibrations?limit=10`)
  const inhibit = useAsked<{ inhibit: InhibitView | null }>(`${sensorPath(facility, sensor)}/inhibit`)
  const failure = due.failure ?? records.failure ?? inhibit.failure
  const entered = () => {
    void due.reload()
    void records.reload()
  }
  return (
    <section class="panel" data-testid="sensor-care">
      <h2>{text('care')}</h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {inhibit.value !== undefined && (
        <InhibitPanel
          sensor={sensor}
          inhibit={inhibit.value.inhibit}
          onChanged={() => void inhibit.reload()}
        />
      )}
      <DueList items={due.value?.items ?? []} isOfOne />
      <details>
        <summary>{text('enterRecord')} …</summary>
        <CalibrationEntry sensor={sensor} onDone={entered} />
      </details>
      <h3>{text('records')}</h3>
      {records.value?.items.length === 0 && <p class="muted">{text('noRecords')}</p>}
      <ul class="due-list" data-testid="calibration-records">
        {records.value?.items.map((record) => {
          const { id, kind, result, time, by, technician, gas, note } = record
          const said = [technician ?? by, gas, note].filter((word) => word !== undefined)
          return (
            <li key={id} class={result === 'fail' ? 'due-overdue' : ''}>
              <span>
                {dateOf(time)} {clockOf(time).slice(0, 5)}
              </span>
              <b>{words.of(CALIBRATION_KIND_TEXTS[kind])}</b>
              <span class="due-state">{words.of(CALIBRATION_RESULT_TEXTS[result])}</span>
              <span class="muted">{[...said, ...recordFigures(record, unit, text)].join(' · ')}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
