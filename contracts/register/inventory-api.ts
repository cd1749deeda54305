import Type from 'typebox'
import { Nullable } from './hazard-api.ts'

/** What a major-hazard source holds now. Its legal grade goes by the design maximum (GB 18218-2018). */
export const CurrentInventorySchema = Type.Object(
  {
    S: Type.Number({ description: 'The sum of q / Q.' }),
    R: Type.Number({ description: 'alpha times the sum of beta q / Q.' }),
    grade: Nullable(
      Type.Integer({
        minimum: 1,
        maximum: 4,
        description: 'That R would have; not the legal one. Null: S is below 1.',
      }),
    ),
    coverage: Type.Number({ description: 'Share of the substances that are measured, 0 to 1.' }),
    substances: Type.Array(
      Type.Object({
        cas: Type.String(),
        name: Nullable(Type.String()),
        tonnes: Type.Number({ description: 'q: what there is; at design maximum unless it is measured.' }),
        isMeasured: Type.Boolean({
          description: 'False: it has no sensor of its inventory, or one of them has no value.',
        }),
      }),
    ),
  },
  {
    description:
      'By the derived sensors `inventory` of its areas. What is not measured counts at design maximum, so that R is never too low.',
  },
)
export type CurrentInventory = Type.Static<typeof CurrentInventorySchema>
