import Type from 'typebox'
import {
  CalibrationViewSchema,
  DueViewSchema,
  NewCalibrationSchema,
} from '../../contracts/calibration-api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { InhibitSchema, InhibitViewSchema, ReleaseSchema } from '../../contracts/inhibit-api.ts'
import { ACTION_ROLES } from '../../contracts/roles.ts'
import { actorOf } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, durationOf, facilityOf, list, timeOf } from './routes.ts'

const PAGE = 50
const FACILITY = Type.Object({ facility: Type.String({ maxLength: 64 }) })
const SENSOR = Type.Object({ ...FACILITY.properties, sensor: Type.String({ maxLength: 64 }) })

/** Calibrations and bump tests of detectors, and detectors that somebody works on. */
export function detectorRoutes(app: Api, ports: ApiPorts): void {
  calibrationRoutes(app, ports)
  inhibitRoutes(app, ports)
}

function calibrationRoutes(app: Api, ports: ApiPorts): void {
  const tags = ['calibration']

  app.get(
    '/api/v1/facilities/:facility/calibrations',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'What is due for calibration or bump test: what is overdue first',
        tags,
        params: FACILITY,
        querystring: Type.Object(
          {
            sensor: Type.Optional(Type.String({ maxLength: 64 })),
            due: Type.Optional(
              Type.String({
                maxLength: 20,
                description: '`overdue`, or a duration: what is overdue and what becomes so within it.',
                examples: ['overdue', '30d'],
              }),
            ),
          },
          closed,
        ),
        response: answers(list(DueViewSchema)),
      },
    },
    async (request) => {
      const { sensor, due } = request.query
      const { calibrations } = facilityOf(ports, request.params.facility).detectors
      const withinMs = due === undefined ? undefined : due === 'overdue' ? 0 : durationOf('due', due)
      const items = calibrations.due({
        ...(sensor === undefined ? {} : { sensor }),
        ...(withinMs === undefined ? {} : { withinMs }),
      })
      return { items: due === 'overdue' ? items.filter(({ state }) => state === 'overdue') : items }
    },
  )

  app.get(
    '/api/v1/facilities/:facility/sensors/:sensor/calibrations',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'What was done to a detector, newest first',
        tags,
        params: SENSOR,
        querystring: Type.Object(
          {
            before: Type.Optional(
              Type.String({ maxLength: 40, description: 'Cursor: `next` of the page before, a time.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: PAGE })),
          },
          closed,
        ),
        response: answers(list(CalibrationViewSchema)),
      },
    },
    async (request) => {
      const { facility, sensor } = request.params
      const { limit = PAGE } = request.query
      const before = timeOf('before', request.query.before)
      const { calibrations } = facilityOf(ports, facility).detectors
      const items = await calibrations.of(sensor, { limit, ...(before === undefined ? {} : { before }) })
      const last = items.at(-1)
      return last === undefined || items.length < limit ? { items } : { items, next: last.time }
    },
  )

  app.post(
    '/api/v1/facilities/:facility/sensors/:sensor/calibrations',
    {
      config: { access: ACTION_ROLES.calibrate },
      schema: {
        summary: 'Enter a calibration or bump test that was done',
        tags,
        params: SENSOR,
        body: NewCalibrationSchema,
        response: answers(CalibrationViewSchema),
      },
    },
    async (request) => {
      const { facility, sensor } = request.params
      const { time, by = request.principal.name, ...facts } = request.body
      const done = timeOf('time', time)
      return facilityOf(ports, facility).detectors.calibrations.enter(sensor, {
        ...facts,
        ...actorOf(request),
        by,
        ...(done === undefined ? {} : { time: done }),
      })
    },
  )
}

function inhibitRoutes(app: Api, ports: ApiPorts): void {
  const tags = ['inhibit']

  app.get(
    '/api/v1/facilities/:facility/sensors/:sensor/inhibit',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Who works on a detector; null when nobody does',
        tags,
        params: SENSOR,
        response: answers(
          Type.Object({ sensor: Type.String(), inhibit: Type.Union([InhibitViewSchema, Type.Null()]) }),
        ),
      },
    },
    async (request) => {
      const { facility: id, sensor } = request.params
      const { facility, detectors } = facilityOf(ports, id)
      if (!facility.sensors.has(sensor))
        throw new CodedError('SENSOR_UNKNOWN', `no sensor "${sensor}" in ${id}`)
      return { sensor, inhibit: detectors.inhibitions.of(sensor) }
    },
  )

  app.post(
    '/api/v1/facilities/:facility/sensors/:sensor/inhibit',
    {
      config: { access: ACTION_ROLES.inhibit },
      schema: {
        summary:
          'Somebody works on a detector: what it reports raises nothing and votes no more, until it ends by itself',
        tags,
        params: SENSOR,
        body: InhibitSchema,
        response: answers(InhibitViewSchema),
      },
    },
    async (request) => {
      const { facility, sensor } = request.params
      const { for: duration, until, by = request.principal.name, ...order } = request.body
      return facilityOf(ports, facility).detectors.inhibitions.begin(sensor, {
        ...order,
        ...actorOf(request),
        by,
        ...(duration === undefined ? {} : { forMs: durationOf('for', duration) }),
        ...(until === undefined ? {} : { until: timeOf('until', until) }),
      })
    },
  )

  app.post(
    '/api/v1/facilities/:facility/sensors/:sensor/release',
    {
      config: { access: ACTION_ROLES['release-inhibit'] },
      schema: {
        summary: 'Nobody works on a detector any more: what it reports counts again',
        tags,
        params: SENSOR,
        body: ReleaseSchema,
        response: answers(Type.Object({ sensor: Type.String(), inhibit: Type.Null() })),
      },
    },
    async (request) => {
      const { facility, sensor } = request.params
      const { by = request.principal.name } = request.body
      await facilityOf(ports, facility).detectors.inhibitions.release(sensor, { by, ...actorOf(request) })
      return { sensor, inhibit: null }
    },
  )
}
