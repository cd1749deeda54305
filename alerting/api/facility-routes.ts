import Type from 'typebox'
import { DERIVED_BUS, DERIVED_GATEWAY, type DerivedSensor } from '../../contracts/analytics/derived.ts'
import { DerivedDetailSchema } from '../../contracts/analytics/derived-api.ts'
import {
  FacilitySummarySchema,
  type FacilityTree,
  FacilityTreeSchema,
  GatewayViewSchema,
  type HistoryPoint,
  HistoryPointSchema,
  type ReadingView,
  type SensorView,
} from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Device, Facility, Sensor } from '../../contracts/facility.ts'
import { FOREIGN_BUS, FOREIGN_GATEWAY } from '../../contracts/foreign-device.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { Reading } from '../../contracts/reading.ts'
import { shownState } from '../alarm-record.ts'
import { limitView } from '../alarm-view.ts'
import { visible } from './access.ts'
import { isHidden } from './alarm-list.ts'
import type { ApiPorts, FacilityPort } from './ports.ts'
import { type Api, answers, closed, durationOf, facilityOf, list, TimeQuery, timeOf } from './routes.ts'

/** Down-sampling aims at this many points unless the caller says otherwise. */
const POINTS = 500
const MAX_POINTS = 10_000
const HOUR_MS = 3_600_000

export function facilityRoutes(app: Api, ports: ApiPorts): void {
  const params = Type.Object({ facility: Type.String({ maxLength: 64 }) })

  app.get(
    '/api/v1/facilities',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Facilities in scope',
        tags: ['facility'],
        response: answers(list(FacilitySummarySchema)),
      },
    },
    async (request) => ({ items: [...visible(ports, request).facilities.values()].map(summary) }),
  )

  app.get(
    '/api/v1/facilities/:facility',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The tree, with the latest readings',
        tags: ['facility'],
        params,
        response: answers(FacilityTreeSchema),
      },
    },
    async (request) => tree(facilityOf(ports, request.params.facility)),
  )

  app.get(
    '/api/v1/facilities/:facility/gateways',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'State and health of the gateways',
        tags: ['facility'],
        params,
        response: answers(list(GatewayViewSchema)),
      },
    },
    async (request) => ({ items: facilityOf(ports, request.params.facility).plant.gateways() }),
  )

  app.get(
    '/api/v1/facilities/:facility/sensors/:sensor/readings',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'History, down-sampled to min, mean and max',
        tags: ['facility'],
        params: Type.Object({ ...params.properties, sensor: Type.String({ maxLength: 64 }) }),
        querystring: Type.Object(
          {
            ...TimeQuery,
            every: Type.Optional(
              Type.String({ maxLength: 20, description: 'Bucket, such as 10s. Default: about 500 points.' }),
            ),
          },
          closed,
        ),
        response: answers(list(HistoryPointSchema)),
      },
    },
    async (request) => {
      const { facility } = facilityOf(ports, request.params.facility)
      const { sensor } = request.params
      if (!facility.sensors.has(sensor))
        throw new CodedError('SENSOR_UNKNOWN', `no sensor "${sensor}" in ${facility.id}`)
      const to = timeOf('to', request.query.to) ?? ports.now()
      const from = timeOf('from', request.query.from) ?? to - HOUR_MS
      if (from >= to) throw new CodedError('REQUEST_INVALID', 'from must be before to')
      const everyMs =
        request.query.every === undefined ? niceEvery(to - from) : durationOf('every', request.query.every)
      if ((to - from) / everyMs > MAX_POINTS) {
        throw new CodedError(
          'REQUEST_INVALID',
          `that would be more than ${MAX_POINTS} points: ask for a larger every`,
        )
      }
      const buckets = await ports.store.buckets({ facility: facility.id, sensor, from, to, everyMs })
      const items: HistoryPoint[] = buckets.map((bucket) => ({
        ...bucket,
        time: formatIso(bucket.time, facility.timezone),
      }))
      return { items }
    },
  )
  derivedRoute(app, ports)
}

function derivedRoute(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/facilities/:facility/sensors/:sensor/derived',
    {
      config: { access: 'viewer' },
      schema: {
        summary:
          'How a derived sensor is computed: its inputs, coverage, and what stands behind its value now',
        tags: ['facility'],
        params: Type.Object({
          facility: Type.String({ maxLength: 64 }),
          sensor: Type.String({ maxLength: 64 }),
        }),
        response: answers(DerivedDetailSchema),
      },
    },
    async (request) => {
      const { facility, plant } = facilityOf(ports, request.params.facility)
      const { sensor } = request.params
      const detail = plant.derived(sensor)
      if (detail === undefined)
        throw new CodedError('SENSOR_UNKNOWN', `no derived sensor "${sensor}" in ${facility.id}`)
      return detail
    },
  )
}

function summary({ facility, alarms }: FacilityPort) {
  const { id, name, timezone, location } = facility
  let activeAlarms = 0
  for (const { record } of alarms.entries()) {
    const state = shownState(record)
    if (state !== 'NORM' && !isHidden(state)) activeAlarms += 1
  }
  return {
    id,
    name,
    timezone,
    location: location ?? null,
    sensors: facility.sensors.size,
    activeAlarms,
  }
}

function tree({ facility, plant, alarms, detectors }: FacilityPort): FacilityTree {
  const { id, name, timezone, location } = facility
  return {
    id,
    name,
    timezone,
    location: location ?? null,
    areas: facility.areas.map((area) => ({ id: area.id, name: area.name, location: area.location ?? null })),
    gateways: plant.gateways(),
    devices: [
      ...facility.gateways.flatMap((gateway) =>
        gateway.buses.flatMap((bus) =>
          bus.devices.map((device) => deviceView(device, { gateway: gateway.id, bus: bus.id })),
        ),
      ),
      ...facility.foreign.map((device) => deviceView(device, { gateway: FOREIGN_GATEWAY, bus: FOREIGN_BUS })),
      ...gridViews(facility),
    ],
    sensors: [...facility.sensors.values()].map((sensor) =>
      sensorView({ facility, alarms, detectors }, sensor, plant.latest(sensor.id)),
    ),
  }
}

function deviceView(
  { id, name, sensors }: Pick<Device, 'id' | 'name'> & { sensors: readonly Sensor[] },
  at: { gateway: string; bus: string },
) {
  return { id, name, ...at, sensors: sensors.map((sensor) => sensor.id) }
}

function sensorView(
  { facility, alarms, detectors }: Pick<FacilityPort, 'facility' | 'alarms' | 'detectors'>,
  sensor: Sensor,
  latest: Reading | undefined,
): SensorView {
  const { id, name, kind, unit, quantity, area, gateway, bus, device } = sensor
  return {
    id,
    name,
    kind,
    unit,
    quantity,
    area,
    gateway,
    bus,
    device,
    range: sensor.range === undefined ? null : [...sensor.range],
    limits: sensor.alarms.map((alarm) => ({
      alarm: alarm.id,
      key: alarm.key,
      when: alarm.when,
      ...(alarms.settings.limit(alarm.id) ?? { ...limitView(alarm), priority: alarm.priority }),
    })),
    reading: latest === undefined ? null : readingView(facility, latest),
    inhibit: detectors.inhibitions.of(id),
    derived: derivedOf(sensor),
  }
}

function derivedOf(sensor: Sensor): SensorView['derived'] {
  if (sensor.gateway !== DERIVED_GATEWAY) return null
  const { compute, inputs } = sensor as DerivedSensor
  return { compute, of: inputs.map(({ id }) => id) }
}

/** The grids that derived sensors tick on. */
function gridViews({ derived }: Facility) {
  const grids = Map.groupBy(derived, ({ device }) => device)
  return [...grids].map(([id, sensors]) =>
    deviceView({ id, name: id, sensors }, { gateway: DERIVED_GATEWAY, bus: DERIVED_BUS }),
  )
}

export function readingView(facility: Pick<Facility, 'id' | 'timezone'>, reading: Reading): ReadingView {
  return {
    facility: facility.id,
    sensor: reading.sensor,
    time: formatIso(reading.time, facility.timezone),
    value: reading.value ?? null,
    quality: reading.quality,
    reason: reading.reason ?? null,
  }
}

/** The smallest round bucket that gives about {@link POINTS} points. */
function niceEvery(span: number): number {
  const nice = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400].map((s) => s * 1_000)
  return nice.find((every) => span / every <= POINTS) ?? Math.ceil(span / POINTS)
}
