import Type from 'typebox'
import { formatIso } from './iso-time.ts'
import { WAVEFORM_MARKS } from './waveform.ts'
import type { StoredWaveform } from './waveform-library.ts'

const Time = (description: string) =>
  Type.String({ description, examples: ['2026-11-21T10:00:00.250+08:00'] })

/** An event of a seismic station, without its samples. */
export const WaveformViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String({ examples: ['SM-1-20261121T020000250Z'] }),
  gateway: Type.String(),
  device: Type.String({ description: 'The station.' }),
  onset: Time('When the trigger went on.'),
  from: Time('First sample.'),
  to: Time('Behind the last sample.'),
  rate: Type.Number({ description: 'Samples per second and axis.' }),
  features: Type.Record(Type.String(), Type.Number(), {
    description: 'Measured of the whole event, in the units of docs/seismic.md. Key: feature.',
  }),
  marks: Type.Array(Type.Enum(Object.keys(WAVEFORM_MARKS) as (keyof typeof WAVEFORM_MARKS)[]), {
    description: Object.entries(WAVEFORM_MARKS)
      .map(([mark, what]) => `\`${mark}\`: ${what}.`)
      .join(' '),
  }),
  bytes: Type.Integer({ description: 'Of its miniSEED.' }),
  received: Time('When the server took it.'),
})
export type WaveformView = Type.Static<typeof WaveformViewSchema>

const Numbers = (description: string) => Type.Array(Type.Number(), { description })
const Axis = Type.Object({
  min: Numbers('Least of each stretch, Gal.'),
  max: Numbers('Greatest of each stretch, Gal.'),
})

export const WaveformSamplesSchema = Type.Object(
  {
    id: Type.String(),
    unit: Type.Enum(['Gal']),
    from: Time('Of the first stretch.'),
    everyMs: Type.Number({ description: 'From one stretch to the next.' }),
    axes: Type.Object({ ns: Axis, ew: Axis, ud: Axis }),
  },
  {
    description: 'For drawing: of each stretch the least and the greatest, the mean of the event taken off.',
  },
)
export type WaveformSamples = Type.Static<typeof WaveformSamplesSchema>

export function waveformView(
  place: { readonly id: string; readonly timezone: string },
  stored: StoredWaveform,
): WaveformView {
  const time = (ms: number) => formatIso(ms, place.timezone)
  const { id, gateway, device, onset, from, to, rate, features, marks = [], bytes, received } = stored
  return {
    facility: place.id,
    id,
    gateway,
    device,
    onset: time(onset),
    from: time(from),
    to: time(to),
    rate,
    features: { ...features },
    marks: [...marks],
    bytes,
    received: time(received),
  }
}
