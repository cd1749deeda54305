import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ReadingView, SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { styleOf } from '../number-text.ts'
import type { Failure } from '../state.ts'
import { PRIORITY_TEXTS } from '../texts.ts'
import {
  appendReading,
  FIRST_SPAN,
  SPANS,
  type Span,
  type TrendPoint,
  toColumns,
  toPoints,
} from '../trend-data.ts'
import { TrendPlot } from '../trend-plot.ts'
import { ProblemNote } from './problem-note.tsx'

/** The sensor's recent past, growing while it is watched. */
export function Trend({ sensor }: { sensor: SensorView }) {
  const { state, words } = useConsole()
  const [span, setSpan] = useState(FIRST_SPAN)
  const { points, failure } = useHistory(sensor, span)
  const window = { fromMs: state.now - span.ms, toMs: state.now }
  const columns = toColumns(points, { ...window, everyMs: span.everyMs })
  const container = usePlot(sensor, state.tree?.timezone, (plot) => plot.show(columns, window))
  return (
    <section class="panel" aria-label={words.text('trend')}>
      <div class="trend-head">
        <h2>{words.text('trend')}</h2>
        <fieldset class="spans" aria-label={words.text('span')}>
          {SPANS.map((choice) => (
            <button
              key={choice.every}
              type="button"
              aria-pressed={choice === span}
              onClick={() => setSpan(choice)}
            >
              {choice.ms < 3_600_000
                ? words.text('spanMinutes', { n: choice.ms / 60_000 })
                : words.text('spanHours', { n: choice.ms / 3_600_000 })}
            </button>
          ))}
        </fieldset>
      </div>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <div class="trend" data-testid="trend" data-points={columns.times.length}>
        <div ref={container} class="trend-plot" />
        {columns.times.length === 0 && <p class="trend-empty">{words.text('trendEmpty')}</p>}
      </div>
      <p class="hint">{words.text('trendKey')}</p>
    </section>
  )
}

/** Loads the span, again after every reconnect, and adds what the stream brings. */
function useHistory(
  sensor: SensorView,
  span: Span,
): { points: readonly TrendPoint[]; failure: Failure | undefined } {
  const { state, api } = useConsole()
  const [points, setPoints] = useState<readonly TrendPoint[]>([])
  const [failure, setFailure] = useState<Failure>()
  const reading = state.readings.get(sensor.id)
  const { facility, generation } = state
  const now = useRef(state.now)
  now.current = state.now
  const live = useRef<ReadingView[]>([])

  useEffect(() => {
    let isCurrent = true
    live.current = []
    setPoints([])
    const query = { from: Math.floor(now.current - span.ms), to: Math.ceil(now.current), every: span.every }
    const load = async () => {
      const answer = await api.history(facility ?? '', sensor.id, query)
      if (!isCurrent) return
      setFailure(answer.ok ? undefined : answer.failure)
      if (!answer.ok) return
      // What came while the answer was on its way goes on top of it.
      setPoints(
        live.current.reduce<readonly TrendPoint[]>(
          (sofar, next) => appendReading(sofar, next, span.everyMs),
          toPoints(answer.value.items),
        ),
      )
    }
    void load()
    return () => {
      isCurrent = false
    }
    // A load for every facility, sensor, span and reconnect; never for a tick of the clock.
  }, [api, facility, sensor.id, span, generation])

  useEffect(() => {
    if (reading === undefined) return
    live.current.push(reading)
    setPoints((sofar) => appendReading(forget(sofar, now.current - span.ms), reading, span.everyMs))
  }, [reading, span])
  return { points, failure }
}

/** Drops what has left the window, so that a page left open does not grow. */
function forget(points: readonly TrendPoint[], fromMs: number): readonly TrendPoint[] {
  const first = points.findIndex((point) => point.time >= fromMs)
  return first <= 0 ? points : points.slice(first)
}

/** The chart lives outside of the views: made anew for another sensor or language, else only updated. */
export function usePlot(sensor: SensorView, timezone: string | undefined, update: (plot: TrendPlot) => void) {
  const { words } = useConsole()
  const container = useRef<HTMLDivElement>(null)
  const plot = useRef<TrendPlot | undefined>(undefined)
  const style = useMemo(() => styleOf(sensor), [sensor])
  useEffect(() => {
    if (container.current === null) return undefined
    const made = new TrendPlot({
      container: container.current,
      sensor,
      style,
      timezone: timezone ?? 'UTC',
      labels: {
        time: words.text('time'),
        mean: words.text('mean'),
        min: words.text('min'),
        max: words.text('max'),
        bad: words.text('bad'),
        limit: words.text('limit'),
      },
      priorityNames: {
        critical: words.of(PRIORITY_TEXTS.critical),
        high: words.of(PRIORITY_TEXTS.high),
        medium: words.of(PRIORITY_TEXTS.medium),
        low: words.of(PRIORITY_TEXTS.low),
      },
    })
    plot.current = made
    return () => {
      plot.current = undefined
      made.destroy()
    }
  }, [sensor, style, timezone, words])
  useEffect(() => {
    if (plot.current !== undefined) update(plot.current)
  })
  return container
}
