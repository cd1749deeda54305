import Type from 'typebox'

/** What a picture of a tank needs; measures in m. */
export const TankOutlineSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    span: Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: 'Its bottom and its top.' }),
    levels: Type.Record(Type.String(), Type.Number(), { description: 'Levels of concern, such as HH.' }),
  },
  { title: 'TankOutline' },
)
export type TankOutline = Type.Static<typeof TankOutlineSchema>

/** How a derived sensor is computed, and what stands behind its value now. */
export const DerivedDetailSchema = Type.Object(
  {
    compute: Type.String({ description: 'Name of the computation, see docs/reference/analytics.md.' }),
    of: Type.Array(Type.String(), { description: 'Its inputs: sensors, or alarms of a vote.' }),
    everyMs: Type.Number({ description: 'Step of its grid.' }),
    latenessMs: Type.Number({ description: 'How long a point waits for its inputs.' }),
    windowMs: Type.Union([Type.Number(), Type.Null()]),
    coverage: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
      description: 'How much of what it is computed from was usable; null before its first point.',
    }),
    backFilling: Type.Boolean({
      description: 'Inputs came late: points of the past are being computed anew.',
    }),
    tank: Type.Union([TankOutlineSchema, Type.Null()], { description: 'The tank that it is about.' }),
    detail: Type.Record(Type.String(), Type.Unknown(), {
      description: 'What the computation tells beside its value, such as the live architecture of a vote.',
    }),
  },
  { title: 'DerivedDetail' },
)
export type DerivedDetail = Type.Static<typeof DerivedDetailSchema>
