import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import { WaveformSamplesSchema, WaveformViewSchema, waveformView } from '../../contracts/waveform-api.ts'
import type { StoredWaveform, WaveformLibrary } from '../../contracts/waveform-library.ts'
import { stationDevices } from '../station-devices.ts'
import type { ApiPorts, FacilityPort } from './ports.ts'
import { type Api, answers, closed, facilityOf, list, TimeQuery, timeOf } from './routes.ts'

const PAGE = 50
const MAX_PAGE = 500
/** Points of each axis, which is about what a screen has. */
const POINTS = 1_000
const MAX_POINTS = 20_000

/** The media type of the FDSN for miniSEED. */
const MINISEED = 'application/vnd.fdsn.mseed'

/** Events that seismic stations have recorded. */
export function waveformRoutes(app: Api, ports: ApiPorts): void {
  const facility = Type.String({ maxLength: 64 })
  const params = Type.Object({ facility, id: Type.String({ maxLength: 100 }) })
  const config = { access: 'viewer' } as const
  const tags = ['waveforms']

  app.get(
    '/api/v1/facilities/:facility/waveforms',
    {
      config,
      schema: {
        summary: 'Recorded events, newest first',
        tags,
        params: Type.Object({ facility }),
        querystring: Type.Object(
          {
            sensor: Type.Optional(
              Type.String({
                maxLength: 64,
                description: 'Of its station, or of the stations it is computed from.',
              }),
            ),
            device: Type.Optional(Type.String({ maxLength: 64, description: 'Of this station.' })),
            ...TimeQuery,
            before: Type.Optional(
              Type.String({ maxLength: 120, description: 'Cursor: `next` of the page before.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: PAGE })),
          },
          closed,
        ),
        response: answers(list(WaveformViewSchema)),
      },
    },
    async (request) => {
      const place = facilityOf(ports, request.params.facility)
      const { sensor, device, before, limit = PAGE } = request.query
      const from = timeOf('from', request.query.from)
      const to = timeOf('to', request.query.to)
      const devices = devicesOf(place, { sensor, device })
      const { items, next } = place.waveforms.list({
        limit,
        ...(devices === undefined ? {} : { devices }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(before === undefined ? {} : { before }),
      })
      const views = items.map((stored) => waveformView(place.facility, stored))
      return next === undefined ? { items: views } : { items: views, next }
    },
  )

  app.get(
    '/api/v1/facilities/:facility/waveforms/:id',
    {
      config,
      schema: {
        summary: 'An event with its figures',
        tags,
        params,
        response: answers(WaveformViewSchema),
      },
    },
    async ({ params: { facility: place, id } }) => {
      const found = facilityOf(ports, place)
      return waveformView(found.facility, storedOf(found.waveforms, id))
    },
  )

  app.get(
    '/api/v1/facilities/:facility/waveforms/:id/miniseed',
    {
      config,
      schema: { summary: 'Its samples as miniSEED 2', tags, params, produces: [MINISEED] },
    },
    async ({ params: { facility: place, id } }, reply) => {
      const { waveforms } = facilityOf(ports, place)
      const content = await waveforms.miniseed(storedOf(waveforms, id).id)
      return reply
        .headers({
          'content-type': MINISEED,
          // An id has letters, digits, dots, dashes and underscores.
          'content-disposition': `attachment; filename="${id}.mseed"`,
          // It is the same for ever.
          'cache-control': 'private, max-age=86400, immutable',
        })
        .send(Buffer.from(content))
    },
  )

  app.get(
    '/api/v1/facilities/:facility/waveforms/:id/samples',
    {
      config,
      schema: {
        summary: 'Its samples for drawing: least and greatest of each stretch',
        tags,
        params,
        querystring: Type.Object(
          {
            points: Type.Optional(
              Type.Integer({
                minimum: 10,
                maximum: MAX_POINTS,
                default: POINTS,
                description: 'Stretches of each axis, at most.',
              }),
            ),
          },
          closed,
        ),
        response: answers(WaveformSamplesSchema),
      },
    },
    async ({ params: { facility: place, id }, query: { points = POINTS } }) => {
      const found = facilityOf(ports, place)
      const stored = storedOf(found.waveforms, id)
      const { from, everyMs, axes } = await found.waveforms.envelope(stored.id, points)
      const { timezone } = found.facility
      return { id: stored.id, unit: 'Gal', from: formatIso(from, timezone), everyMs, axes } as const
    },
  )
}

/** @throws CodedError WAVEFORM_UNKNOWN */
function storedOf(waveforms: WaveformLibrary, id: string): StoredWaveform {
  const stored = waveforms.find(id)
  if (stored === undefined) throw new CodedError('WAVEFORM_UNKNOWN', `no waveform "${id}"`)
  return stored
}

/** Undefined: all. @throws CodedError SENSOR_UNKNOWN */
function devicesOf(
  { facility }: FacilityPort,
  { sensor, device }: { sensor: string | undefined; device: string | undefined },
): ReadonlySet<string> | undefined {
  if (sensor === undefined) return device === undefined ? undefined : new Set([device])
  if (!facility.sensors.has(sensor))
    throw new CodedError('SENSOR_UNKNOWN', `no sensor "${sensor}" in ${facility.id}`)
  const devices = stationDevices(facility, sensor)
  if (device === undefined) return devices
  return new Set(devices.has(device) ? [device] : [])
}
