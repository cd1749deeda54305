import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks'
import { AXES, type Axis } from '../../../../contracts/analytics/seismic/wave.ts'
import type { WaveformSamples, WaveformView } from '../../../../contracts/waveform-api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { say } from '../say.ts'
import { AXIS_TEXTS, WAVEFORM_TEXTS } from '../texts/waveforms.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { type WaveMark, WavePlot } from './wave-plot.ts'
import { waveformSamples } from './waveform-client.ts'

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
            <OneAxis key={axis} axis={axis} samples={samples} marks={marks} timezone={timezone} />
          ))}
      </div>
      <p class="hint">{say(language, WAVEFORM_TEXTS.key)}</p>
    </>
  )
}

interface OneAxisProps {
  axis: Axis
  samples: WaveformSamples
  marks: readonly WaveMark[]
  timezone: string
}

function OneAxis({ axis, samples, marks, timezone }: OneAxisProps) {
  const { words } = useConsole()
  const container = useRef<HTMLDivElement>(null)
  const { language } = words
  const name = words.of(AXIS_TEXTS[axis])
  useEffect(() => {
    if (container.current === null) return undefined
    const plot = new WavePlot({
      container: container.current,
      axis,
      samples,
      peak: peakOf(samples),
      marks,
      timezone,
      labels: {
        time: say(language, WAVEFORM_TEXTS.time),
        axis: name,
        min: say(language, WAVEFORM_TEXTS.least),
        max: say(language, WAVEFORM_TEXTS.greatest),
      },
      group: samples.id,
      isLast: axis === AXES.at(-1),
    })
    return () => plot.destroy()
  }, [axis, samples, marks, timezone, language, name])
  return (
    <figure class="wave-axis">
      <figcaption>{name}</figcaption>
      <div ref={container} class="trend-plot" />
    </figure>
  )
}

function peakOf({ axes }: WaveformSamples): number {
  let peak = 0
  for (const { min, max } of Object.values(axes))
    for (const value of [...min, ...max]) peak = Math.max(peak, Math.abs(value))
  return peak
}
