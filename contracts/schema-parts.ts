import Type from 'typebox'
import { DURATION_PATTERN, SIZE_PATTERN } from './duration.ts'
import { ID_PATTERN } from './ids.ts'

// What the sections of the facility file are made of. A title says what is expected: it is read in error
// messages and in docs/reference/config.md.

/** Unknown keys are errors. */
export const closed = { additionalProperties: false } as const

export const Duration = (description: string, initial?: string) =>
  Type.String({
    pattern: DURATION_PATTERN,
    title: 'a duration such as 250ms, 2s, 10m, 8h or 7d',
    description,
    ...(initial === undefined ? {} : { default: initial }),
  })

export const Size = (description: string, initial: string) =>
  Type.String({ pattern: SIZE_PATTERN, title: 'a size such as 64MB or 2GB', description, default: initial })

export const Id = (description: string) =>
  Type.String({
    pattern: ID_PATTERN,
    title: 'an id: a letter or digit, then up to 63 of A-Z a-z 0-9 . _ -',
    description,
  })

export const Pair = (description: string) =>
  Type.Array(Type.Number(), { minItems: 2, maxItems: 2, title: 'two numbers [low, high]', description })

export const LocationSchema = Type.Object(
  {
    lat: Type.Number({ minimum: -90, maximum: 90, description: 'Latitude, degrees north.' }),
    lon: Type.Number({ minimum: -180, maximum: 180, description: 'Longitude, degrees east.' }),
  },
  { ...closed, title: 'location', description: 'Where it is, WGS 84.' },
)
