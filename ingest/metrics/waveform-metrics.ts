import { Counter, Gauge, type Registry } from 'prom-client'
import type { WaveformFigures } from '../waveforms/waveform-intake.ts'

const COUNTERS = {
  received: ['Seismic events taken', ({ received }) => received],
  received_bytes: ['miniSEED of seismic events taken, bytes', ({ bytes }) => bytes],
  repeated: ['Seismic events that came again', ({ repeated }) => repeated],
  refused: ['Seismic events refused', ({ refused }) => refused],
  failed: ['Seismic events that could not be written, and come again', ({ failed }) => failed],
  postponed: ['Seismic events that came too many at a time, and come again', ({ postponed }) => postponed],
  evicted: ['Seismic events removed for want of room', ({ evicted }) => evicted],
} satisfies Record<string, readonly [help: string, value: (figures: WaveformFigures) => number]>

const GAUGES = {
  stored: ['Seismic events that are kept', ({ stored }) => stored],
  stored_bytes: ['miniSEED of seismic events that are kept, bytes', ({ storedBytes }) => storedBytes],
} satisfies Record<string, readonly [help: string, value: (figures: WaveformFigures) => number]>

/** A facility, as far as its seismic events are measured. */
interface MeasuredPlace {
  readonly facility: { readonly id: string }
  readonly waveforms: { readonly figures: WaveformFigures }
}

/** Figures of recorded seismic events, read when they are asked for. */
export function waveformMetrics(places: () => Iterable<MeasuredPlace>, registers: Registry[]): void {
  const labelNames = ['facility'] as const
  for (const [name, [help, value]] of Object.entries(COUNTERS))
    new Counter({
      name: `davylamp_waveforms_${name}_total`,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const { facility, waveforms } of places())
          this.inc({ facility: facility.id }, value(waveforms.figures))
      },
    })
  for (const [name, [help, value]] of Object.entries(GAUGES))
    new Gauge({
      name: `davylamp_waveforms_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const { facility, waveforms } of places())
          this.set({ facility: facility.id }, value(waveforms.figures))
      },
    })
}
