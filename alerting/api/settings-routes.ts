import Type from 'typebox'
import { ACTION_ROLES } from '../../contracts/roles.ts'
import {
  ChangeSettingsSchema,
  SettingsViewSchema,
  SettleSettingsSchema,
} from '../../contracts/settings-api.ts'
import { actorOf } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, facilityOf } from './routes.ts'

const params = Type.Object({
  facility: Type.String({ maxLength: 64 }),
  alarm: Type.String({ maxLength: 100 }),
})
const path = '/api/v1/facilities/:facility/alarms/:alarm/settings'

/** Set points, deadbands, delays and priorities, as they are in force and as they were changed. */
export function settingsRoutes(app: Api, ports: ApiPorts): void {
  const shared = { tags: ['settings'], params, response: answers(SettingsViewSchema) }

  app.get(
    path,
    {
      config: { access: 'viewer' },
      schema: {
        ...shared,
        summary: 'Settings in force, beside those of the facility file, and every change',
      },
    },
    async ({ params: { facility, alarm } }) => facilityOf(ports, facility).alarms.settings.view(alarm),
  )

  app.post(
    path,
    {
      config: { access: ACTION_ROLES.settings },
      schema: {
        ...shared,
        summary: 'Change settings at run time; the answer comes when the change is journalled and in force',
        body: ChangeSettingsSchema,
      },
    },
    async (request) => {
      const { facility, alarm } = request.params
      const { settings } = facilityOf(ports, facility).alarms
      return settings.change(alarm, { ...request.body, ...actorOf(request) })
    },
  )

  app.post(
    `${path}/settle`,
    {
      config: { access: ACTION_ROLES.settings },
      schema: {
        ...shared,
        summary: 'Settle a value of run time that stands against an edited facility file',
        body: SettleSettingsSchema,
      },
    },
    async (request) => {
      const { facility, alarm } = request.params
      const { take, ...said } = request.body
      const { settings } = facilityOf(ports, facility).alarms
      return settings.change(alarm, { ...said, ...actorOf(request), settle: take })
    },
  )
}
