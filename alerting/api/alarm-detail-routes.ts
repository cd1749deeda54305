import Type from 'typebox'
import {
  AlarmDetailSchema,
  type ConfiguredAlarm,
  ConfiguredAlarmSchema,
} from '../../contracts/alarm-detail-api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { alarmConfig, configurationView, configuredAlarm } from '../alarm-configuration.ts'
import { alarmWaveforms } from '../alarm-waveforms.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list } from './routes.ts'

/** A page ends with the sensor that fills it. */
const PAGE = 1_000
const FacilityPath = { facility: Type.String({ maxLength: 64 }) }

/** What alarms are set to, and why. */
export function alarmDetailRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/facilities/:facility/alarms/:alarm',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'An alarm with its rationalization and how it is set',
        tags: ['alarms'],
        params: Type.Object({ ...FacilityPath, alarm: Type.String({ maxLength: 100 }) }),
        response: answers(AlarmDetailSchema),
      },
    },
    async ({ params: { facility: place, alarm } }) => {
      const { facility, alarms, waveforms } = facilityOf(ports, place)
      const view = alarms.view(alarm)
      const config = alarms.config(alarm) ?? alarmConfig(facility, alarm)
      if (view === undefined || config === undefined)
        throw new CodedError('ALARM_UNKNOWN', `no alarm "${alarm}" in ${place}`)
      return {
        ...view,
        rationalization: config.rationalization ?? null,
        configuration: configurationView(config),
        waveforms: alarmWaveforms({ facility, waveforms }, view, config),
      }
    },
  )

  app.get(
    '/api/v1/facilities/:facility/alarm-configuration',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The master alarm database: all alarms of the facility file, with how they are set and why',
        tags: ['alarms'],
        params: Type.Object(FacilityPath),
        querystring: Type.Object(
          {
            after: Type.Optional(
              Type.String({ pattern: '^[0-9]{1,9}$', description: 'Cursor: `next` of the page before.' }),
            ),
          },
          closed,
        ),
        response: answers(list(ConfiguredAlarmSchema)),
      },
    },
    async ({ params, query }) => {
      const { facility, alarms } = facilityOf(ports, params.facility)
      const start = Number(query.after ?? 0)
      const items: ConfiguredAlarm[] = []
      let read = start
      for (const sensor of facility.sensors.values().drop(start)) {
        if (items.length >= PAGE) return { items, next: String(read) }
        for (const config of sensor.alarms)
          items.push(configuredAlarm(facility.id, sensor, alarms.config(config.id) ?? config))
        read += 1
      }
      return { items }
    },
  )
}
