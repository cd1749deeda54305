import '../styles/detectors.css'
import type { CalibrationView, DueView } from '../../../../contracts/calibration-api.ts'
import type { InhibitView } from '../../../../contracts/inhibit-api.ts'
import { useConsole } from '../console-context.ts'
import { CALIBRATION_KIND_TEXTS, CALIBRATION_RESULT_TEXTS } from '../texts/detectors.ts'
import { minuteTime } from '../time-text.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { CalibrationEntry } from './calibration-entry.tsx'
import { type Listed, sensorPath, useAsked } from './detector-client.ts'
import { DueList } from './due-list.tsx'
import { InhibitPanel } from './inhibit-panel.tsx'
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
        <p class="muted">{text(value?.items.length === 0 ? 'noDates' : 'calibrationsHint')}</p>
        <DueList items={value?.items ?? []} />
      </section>
    </div>
  )
}

/** When a detector is due, who works on it, and what was done to it. */
function SensorCare({ sensor }: { sensor: string }) {
  const { state, words } = useConsole()
  const text = useDetectorWords()
  const facility = state.facility ?? ''
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
        {records.value?.items.map(({ id, kind, result, time, by, technician, gas, note }) => (
          <li key={id} class={result === 'fail' ? 'due-overdue' : ''}>
            <span>{minuteTime(time, state.heardTime)}</span>
            <b>{words.of(CALIBRATION_KIND_TEXTS[kind])}</b>
            <span class="due-state">{words.of(CALIBRATION_RESULT_TEXTS[result])}</span>
            <span class="muted">
              {[technician ?? by, gas, note].filter((word) => word !== undefined).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
