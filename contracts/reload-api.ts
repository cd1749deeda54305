import Type from 'typebox'

/** What POST /api/v1/reload says: the facility files were read again, and this is what is different since. */
export const ReloadSchema = Type.Object({
  facilities: Type.Array(
    Type.Object({
      facility: Type.String(),
      changed: Type.Boolean({
        description: 'False: its file says what it said before, and nobody touched it.',
      }),
      added: Type.Array(Type.String(), { description: 'Sensors that are new.' }),
      removed: Type.Array(Type.String(), { description: 'Sensors that are gone.' }),
      changedAlarms: Type.Array(Type.String(), {
        description: 'Alarms of sensors that stay, and that are new, gone or different.',
      }),
    }),
  ),
})
export type ReloadView = Type.Static<typeof ReloadSchema>

/** The file of a facility that the server works with. */
export const LoadedConfigSchema = Type.Object({
  facility: Type.String(),
  file: Type.String(),
  digest: Type.String({ description: 'What gateways are compared with.' }),
  loaded: Type.String({ description: 'Since when it is in force.' }),
})
export type LoadedConfig = Type.Static<typeof LoadedConfigSchema>
