import Type from 'typebox'
import { closed, Id } from '../../schema-parts.ts'

export const TankSchema = Type.Object(
  {
    id: Id('Unique among the tanks.'),
  },
  { ...closed, title: 'tank' },
)

export type TankFile = Type.Static<typeof TankSchema>
