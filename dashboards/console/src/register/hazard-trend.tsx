import { useCallback, useMemo } from 'preact/hooks'
import type { FacilityTree, SensorView } from '../../../../contracts/api.ts'
import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { toColumns, toPoints } from '../trend-data.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { usePlot } from '../views/trend.tsx'
import { useTree } from './place-names.ts'
import { useRegisterWords } from './use-register-words.ts'

/** On each side of the moment, ms. */
const AROUND_MS = 3_600_000
const EVERY = { every: '30s', everyMs: 30_000 }

/** What the sensor of a hazard showed when it was found. */
export function HazardTrend({ hazard, sensor: id }: { hazard: HazardDetail; sensor: string }) {
  const words = useRegisterWords()
  const tree = useTree(hazard.facility)
  const sensor = tree?.sensors.find((candidate) => candidate.id === id)
  return (
    <section class="panel" data-testid="hazard-trend">
      <div class="trend-head">
        <h2>{words.text('trendAround', { sensor: id })}</h2>
        <span class="muted">{words.text('trendAroundHint')}</span>
      </div>
      {tree !== undefined && sensor === undefined && (
        <p class="muted">{words.text('trendMissing', { sensor: id })}</p>
      )}
      {tree !== undefined && sensor !== undefined && (
        <Around tree={tree} sensor={sensor} foundMs={Date.parse(hazard.found)} />
      )}
    </section>
  )
}

function Around({ tree, sensor, foundMs }: { tree: FacilityTree; sensor: SensorView; foundMs: number }) {
  const { state, api, words } = useConsole()
  const facility = tree.id
  const window = useMemo(() => ({ fromMs: foundMs - AROUND_MS, toMs: foundMs + AROUND_MS }), [foundMs])
  const load = useCallback(
    () =>
      api.history(facility, sensor.id, {
        from: Math.floor(window.fromMs),
        to: Math.ceil(window.toMs),
        every: EVERY.every,
      }),
    [api, facility, sensor.id, window],
  )
  const { value, failure } = useLoaded(load, { version: state.generation })
  const columns = useMemo(
    () => toColumns(toPoints(value?.items ?? []), { ...window, everyMs: EVERY.everyMs }),
    [value, window],
  )
  const container = usePlot(sensor, tree.timezone, (plot) => plot.show(columns, window))
  return (
    <>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <div class="trend" data-testid="trend" data-points={columns.times.length}>
        <div ref={container} class="trend-plot" />
        {value !== undefined && columns.times.length === 0 && (
          <p class="trend-empty">{words.text('trendEmpty')}</p>
        )}
      </div>
      <p class="hint">{words.text('trendKey')}</p>
    </>
  )
}
