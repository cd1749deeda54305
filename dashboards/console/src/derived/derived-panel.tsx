import { useCallback } from 'preact/hooks'
import type { DerivedDetail } from '../../../../contracts/analytics/derived-api.ts'
import type { SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { sensorConditions } from '../sensor-condition.ts'
import { COMPUTE_TEXTS } from '../texts/derived.ts'
import { ageText } from '../time-text.ts'
import type { DerivedPanelProps } from '../views/derived.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { SensorValue } from '../views/sensor-value.tsx'
import { AccountChart } from './account-chart.tsx'
import { accountsOf } from './account-view.ts'
import { CoverageBar } from './coverage-bar.tsx'
import { DetailTable } from './detail-table.tsx'
import { ExposureDetail } from './exposure-detail.tsx'
import { exposureLimits, exposurePeriods } from './exposure-view.ts'
import { InputList } from './input-list.tsx'
import { SubstanceList } from './substance-list.tsx'
import { tonnesByCas } from './substances.ts'
import { TankDetail } from './tank-detail.tsx'
import { useDerivedWords } from './use-derived-words.ts'
import { UseList } from './use-list.tsx'
import { VoteDetail } from './vote-detail.tsx'
import { voteView } from './vote-view.ts'

/** A person looks at it while it changes. */
const EVERY_MS = 5_000

/** What a sensor is computed from and how, and what is computed of it. */
export function DerivedPanel({ facility, sensor, part }: DerivedPanelProps) {
  return (
    <>
      {sensor.derived !== null && <Computed facility={facility} sensor={sensor} part={part} />}
      <UseList sensor={sensor} />
    </>
  )
}

function Computed({ facility, sensor, part }: DerivedPanelProps) {
  const { state, api, words } = useConsole()
  const { text, known } = useDerivedWords()
  const load = useCallback(
    () =>
      api.asking.get<DerivedDetail>(
        `/api/v1/facilities/${encodeURIComponent(facility)}/sensors/${encodeURIComponent(sensor.id)}/derived`,
      ),
    [api, facility, sensor.id],
  )
  // A vote that trips is not shown as one that has not.
  const decided = sensor.kind === 'state' ? state.readings.get(sensor.id)?.value : undefined
  const { value, failure } = useLoaded(load, {
    everyMs: EVERY_MS,
    version: `${state.generation} ${decided}`,
  })
  const vote = value && voteView(value.detail)
  return (
    <section class="panel derived" data-testid="derived">
      <h2>
        {vote !== undefined && part === 'alarm'
          ? text('titleOfVote')
          : `${text('title')}: ${known(COMPUTE_TEXTS, sensor.derived?.compute ?? '')}`}
      </h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value === undefined && failure === undefined && <p class="muted">{words.text('loading')}</p>}
      {value !== undefined && (
        <>
          {part === 'sensor' ? (
            <Facts given={value} />
          ) : (
            vote === undefined && <Standing sensor={sensor} coverage={value.coverage} />
          )}
          {value.backFilling && (
            <p class="hint" role="status" data-testid="back-filling">
              ⟲ {text('backFilling')}
            </p>
          )}
          {/* Its channels are its inputs, with more said of each. */}
          {vote === undefined ? <Detail given={value} sensor={sensor} /> : <VoteDetail vote={vote} />}
        </>
      )}
    </section>
  )
}

function Facts({ given: { coverage, windowMs, everyMs, latenessMs } }: { given: DerivedDetail }) {
  const { words } = useConsole()
  const { text } = useDerivedWords()
  return (
    <dl class="facts derived-facts">
      <div>
        <dt>{text('coverage')}</dt>
        <dd>
          <CoverageBar coverage={coverage} />
        </dd>
      </div>
      {windowMs !== null && (
        <div>
          <dt>{text('window')}</dt>
          <dd>{ageText(windowMs, words)}</dd>
        </div>
      )}
      <div>
        <dt>{text('every')}</dt>
        <dd>{ageText(everyMs, words)}</dd>
      </div>
      <div>
        <dt>{text('lateness')}</dt>
        <dd>{ageText(latenessMs, words)}</dd>
      </div>
    </dl>
  )
}

/** What it reads now: the page of an alarm has what it read when it was raised. */
function Standing({ sensor, coverage }: { sensor: SensorView } & Pick<DerivedDetail, 'coverage'>) {
  const { state } = useConsole()
  const condition = sensorConditions(state).find((each) => each.sensor.id === sensor.id)
  return (
    <div class="derived-standing" data-testid="derived-standing">
      {condition !== undefined && <SensorValue sensor={sensor} belief={condition.belief} />}
      <CoverageBar coverage={coverage} />
    </div>
  )
}

/** By what it tells: a tank, exposures, and lines of whatever else. */
function Detail({ given, sensor }: { given: DerivedDetail; sensor: SensorView }) {
  const { detail, of, tank } = given
  const limits = exposureLimits(detail)
  const substances = tonnesByCas(detail)
  return (
    <>
      {tank === null ? <DetailTable detail={detail} /> : <TankDetail tank={tank} given={given} />}
      <AccountChart accounts={accountsOf(detail)} />
      {limits.length > 0 && (
        <ExposureDetail limits={limits} periods={exposurePeriods(detail)} sensor={sensor} />
      )}
      {substances.length > 0 && <SubstanceList substances={substances} />}
      <InputList of={of} />
    </>
  )
}
