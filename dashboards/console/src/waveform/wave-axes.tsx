import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks'
import { AXES, type Axis, type Feature } from '../../../../contracts/analytics/seismic/wave.ts'
import { formatIso } from '../../../../contracts/iso-time.ts'
import type { WaveformSamples, WaveformView } from '../../../../contracts/waveform-api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { say } from '../say.ts'
import { AXIS_TEXTS, WAVEFORM_TEXTS } from '../texts/waveforms.ts'
import { clockOf } from '../time-text.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { figureText } from './figures.ts'
import { type WaveMark, WavePlot } from './wave-plot.ts'
import { waveformSamples } from './waveform-client.ts'

const PEAK_FEATURES = { ns: 'pgaNs', ew: 'pgaEw', ud: 'pgaUd' } as const satisfies Record<Axis, Feature>

interface WaveAxesProps {
  waveform: WaveformView
  timezone: string
  /** When the alarm was raised, epoch ms. */
  raisedMs: number | undefined
}

/** The three axes of an event in one scale, with its onset marked. */
export function WaveAxes({ waveform, timezone, raisedMs }: WaveAxesProps) {
  const { api, words } = useConsole()
  const load = useCallback(() => waveformSamples(api.asking, waveform), [api, waveform])
  const { value: samples, failure } = useLoaded(load)
  const { language } = words
  const marks = useMemo<WaveMark[]>(() => {
    const onset = say(language, WAVEFORM_TEXTS.onset)
    const alarm = say(language, WAVEFORM_TEXTS.raised)
    return [
      { timeMs: Date.parse(waveform.onset), label: onset, colour: '#1f252b' },
      ...(raisedMs === undefined ? [] : [{ timeMs: raisedMs, label: alarm, colour: '#c8102e' }]),
    ]
  }, [waveform.onset, raisedMs, language])
  return (
    <>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <div class="wave-axes" data-testid="wave-axes" data-points={samples?.axes.ns.max.length ?? 0}>
        {samples === undefined && failure === undefined && <p class="muted">{words.text('loading')}</p>}
        {samples !== undefined &&
          AXES.map((axis) => (
            <OneAxis
              key={axis}
              axis={axis}
              samples={samples}
              figure={waveform.features[PEAK_FEATURES[axis]]}
              marks={marks}
              timezone={timezone}
            />
          ))}
      </div>
      <p class="hint">{say(language, WAVEFORM_TEXTS.key)}</p>
    </>
  )
}

interface OneAxisProps {
  axis: Axis
  samples: WaveformSamples
  /** Its peak among the figures of the event, which takes the mean off in another way: people read one number. */
  figure: number | undefined
  marks: readonly WaveMark[]
  timezone: string
}

function OneAxis({ axis, samples, figure, marks, timezone }: OneAxisProps) {
  const { words } = useConsole()
  const container = useRef<HTMLDivElement>(null)
  const peak = useMemo(() => peakOf(samples, axis), [samples, axis])
  useEffect(() => {
    if (container.current === null) return undefined
    const plot = new WavePlot({
      container: container.current,
      axis,
      samples,
      peak: Math.max(...AXES.map((each) => peakOf(samples, each).value)),
      marks,
      timezone,
      group: samples.id,
      isLast: axis === AXES.at(-1),
    })
    return () => plot.destroy()
  }, [axis, samples, marks, timezone])
  return (
    <figure class="wave-axis">
      <figcaption>
        <b>{words.of(AXIS_TEXTS[axis])}</b>{' '}
        {say(words.language, WAVEFORM_TEXTS.peak, {
          value: figureText('pga', figure ?? peak.value),
          time: clockOf(formatIso(Math.round(peak.timeMs), timezone)),
        })}
      </figcaption>
      <div ref={container} class="trend-plot" />
    </figure>
  )
}

/** The greatest acceleration of an axis in either direction, Gal, and when. */
function peakOf(samples: WaveformSamples, axis: Axis): { value: number; timeMs: number } {
  const { min, max } = samples.axes[axis]
  let [value, at] = [0, 0]
  for (const [index, greatest] of max.entries()) {
    const size = Math.max(greatest, -(min[index] ?? 0))
    if (size > value) [value, at] = [size, index]
  }
  return { value, timeMs: Date.parse(samples.from) + at * samples.everyMs }
}
