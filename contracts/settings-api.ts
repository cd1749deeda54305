import Type from 'typebox'
import { ApproverPassword, By } from './action-api.ts'
import { SETTLED, SettingChangeSchema, SettingValuesSchema, WantedValuesSchema } from './alarm-settings.ts'

/** What the API says and takes of settings that are changed at run time (DESIGN section 7). */
const closed = { additionalProperties: false } as const
const Name = (description: string) => Type.String({ minLength: 1, maxLength: 100, description })
const Seen = Type.Integer({
  minimum: 0,
  description: 'The revision that was seen, 0 before the first; one that is past is refused.',
})
const Said = {
  reason: Type.String({ minLength: 1, maxLength: 1000, description: 'Why.' }),
  by: By,
  approvedBy: Name('The second person.'),
  approverPassword: ApproverPassword,
}

export const ChangeSettingsSchema = Type.Object(
  { revision: Seen, changes: WantedValuesSchema, ...Said },
  closed,
)
export type SettingsChange = Type.Static<typeof ChangeSettingsSchema>

export const SettleSettingsSchema = Type.Object(
  {
    revision: Seen,
    take: Type.Enum(SETTLED, {
      description: '`file`: what the facility file says is in force; `kept`: what is in force stays.',
    }),
    ...Said,
  },
  closed,
)

export type SettingsSettlement = Type.Static<typeof SettleSettingsSchema>

export const SettingsViewSchema = Type.Object({
  alarm: Type.String(),
  revision: Type.Integer({ description: '0: the facility file alone.' }),
  file: SettingValuesSchema,
  current: SettingValuesSchema,
  differs: Type.Boolean({
    description:
      'A value of run time stands against what the facility file says since it was edited: to be settled.',
  }),
  history: Type.Array(
    Type.Object({
      ...SettingChangeSchema.properties,
      time: Type.String({ description: 'From then on in force.', examples: ['2026-11-21T10:00:00+08:00'] }),
      by: Type.String(),
    }),
    { description: 'Every change, newest first.' },
  ),
})
export type SettingsView = Type.Static<typeof SettingsViewSchema>
