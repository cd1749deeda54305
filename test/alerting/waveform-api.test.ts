import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alarmWaveforms } from '../../alerting/alarm-waveforms.ts'
import type { Api } from '../../alerting/api/routes.ts'
import { stationDevices } from '../../alerting/station-devices.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { WaveformSamples, WaveformView } from '../../contracts/waveform-api.ts'
import { WaveformIndex } from '../../ingest/waveforms/waveform-index.ts'
import { WaveformShelf } from '../../ingest/waveforms/waveform-shelf.ts'
import { directReader } from '../ingest/waveforms/direct-reader.ts'
import { headOf, miniseedOf, shakingWave } from '../ingest/waveforms/shaking.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { absentFacility, testApi } from './absent-ports.ts'

const device = (id: string, address: number) =>
  `{ id: ${id}, sensors: [ { id: ${id}.pga, kind: seismic, unit: Gal, register: { address: ${address} } } ] }`
const parsed = parseFacility(
  `facility: { id: plant, timezone: Asia/Shanghai }
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: h
        devices:
          - ${device('SM-1', 0)}
          - ${device('SM-2', 2)}
          - ${device('SM-3', 4)}
derived:
  - { id: near.mean, of: SM-1.pga, compute: mean, window: 60s, unit: Gal }
  - { id: near.mean.mean, of: near.mean, compute: mean, window: 60s, unit: Gal }
`,
  'x.yaml',
)

/** Of two stations, as a vote is. */
const facility: Facility = {
  ...parsed,
  derived: parsed.derived.map((derived) => ({
    ...derived,
    inputs: derived.inputs.flatMap((input) =>
      input.sensor === 'SM-1.pga' ? [input, { ...input, id: 'SM-2.pga', sensor: 'SM-2.pga' }] : [input],
    ),
  })),
}

const ONSET = Date.parse('2026-11-21T02:00:00.250Z')
let shelf: WaveformShelf
let app: Api

async function keep(station: string, onset: number): Promise<void> {
  const miniseed = miniseedOf(shakingWave(onset))
  await shelf.add(headOf(station, onset), { gateway: 'gw-1', miniseed, received: onset + 60_000 })
}

beforeAll(async () => {
  shelf = await WaveformShelf.open({ folder: temporaryFolder(), reader: directReader, logger: silentLogger })
  for (const [index, station] of ['SM-1', 'SM-2', 'SM-3', 'SM-1'].entries())
    await keep(station, ONSET + index * 60_000)
  app = await testApi([{ ...absentFacility(facility), waveforms: shelf }])
})
afterAll(() => app.close())

async function get(path: string) {
  return app.inject({ url: `/api/v1/facilities/${path}`, headers: { host: '127.0.0.1:8080' } })
}

async function onsets(query: string): Promise<string[]> {
  const answer = await get(`plant/waveforms?${query}`)
  expect(answer.statusCode, answer.body).toBe(200)
  const { items } = answer.json<{ items: WaveformView[] }>()
  return items.map((item) => `${item.device} ${(Date.parse(item.onset) - ONSET) / 60_000}`)
}

describe('events', () => {
  it.each([
    ['', ['SM-1 3', 'SM-3 2', 'SM-2 1', 'SM-1 0']],
    ['device=SM-1', ['SM-1 3', 'SM-1 0']],
    ['device=none', []],
    ['sensor=SM-2.pga', ['SM-2 1']],
    ['sensor=near.mean', ['SM-1 3', 'SM-2 1', 'SM-1 0']],
    ['sensor=near.mean.mean', ['SM-1 3', 'SM-2 1', 'SM-1 0']],
    ['sensor=near.mean&device=SM-2', ['SM-2 1']],
    ['sensor=near.mean&device=SM-3', []],
    [`from=${ONSET + 60_000}&to=${ONSET + 180_000}`, ['SM-3 2', 'SM-2 1']],
    ['from=2026-11-21T10:03:00%2B08:00', ['SM-1 3']],
  ])('?%s', async (query, expected) => {
    expect(await onsets(query)).toEqual(expected)
  })

  it('come page by page', async () => {
    const seen: string[] = []
    let next: string | undefined
    do {
      const cursor: string = next === undefined ? '' : `&before=${encodeURIComponent(next)}`
      const page = (await get(`plant/waveforms?limit=3${cursor}`)).json<{
        items: WaveformView[]
        next?: string
      }>()
      seen.push(...page.items.map(({ id }) => id))
      next = page.next
    } while (next !== undefined)
    expect(new Set(seen).size).toBe(4)
  })

  it.each([
    ['plant/waveforms?sensor=none', 404, 'SENSOR_UNKNOWN'],
    ['plant/waveforms?before=x', 400, 'REQUEST_INVALID'],
    ['plant/waveforms?limit=0', 400, 'REQUEST_INVALID'],
    ['plant/waveforms?from=yesterday', 400, 'REQUEST_INVALID'],
    ['plant/waveforms?other=1', 400, 'REQUEST_INVALID'],
    ['other/waveforms', 404, 'FACILITY_UNKNOWN'],
    ['plant/waveforms/SM-1', 404, 'WAVEFORM_UNKNOWN'],
    ['plant/waveforms/SM-1/miniseed', 404, 'WAVEFORM_UNKNOWN'],
    ['plant/waveforms/SM-1/samples', 404, 'WAVEFORM_UNKNOWN'],
    ['plant/waveforms/..%2F..%2Fx/miniseed', 404, 'WAVEFORM_UNKNOWN'],
    ['plant/waveforms/SM-1-20261121T020000250Z/samples?points=9', 400, 'REQUEST_INVALID'],
  ])('GET %s: %d %s', async (path, status, code) => {
    const answer = await get(path)
    expect({ status: answer.statusCode, code: answer.json<{ code: string }>().code }).toEqual({
      status,
      code,
    })
  })
})

describe('one event', () => {
  const id = 'SM-1-20261121T020000250Z'

  it('has its head in plant time', async () => {
    const head = headOf('SM-1', ONSET)
    expect((await get(`plant/waveforms/${id}`)).json()).toEqual({
      facility: 'plant',
      id,
      gateway: 'gw-1',
      device: 'SM-1',
      onset: '2026-11-21T10:00:00.250+08:00',
      from: '2026-11-21T09:59:58.250+08:00',
      to: '2026-11-21T10:00:06.250+08:00',
      rate: 100,
      features: head.features,
      marks: [],
      bytes: miniseedOf(shakingWave(ONSET)).length,
      received: '2026-11-21T10:01:00.250+08:00',
    })
  })

  it('can be taken away as miniSEED', async () => {
    const answer = await get(`plant/waveforms/${id}/miniseed`)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.fdsn.mseed',
      'content-disposition': `attachment; filename="${id}.mseed"`,
    })
    expect(answer.rawPayload.equals(miniseedOf(shakingWave(ONSET)))).toBe(true)
  })

  it('is drawn in as many points as are asked for, in Gal and about its mean', async () => {
    const { axes, ...samples } = (
      await get(`plant/waveforms/${id}/samples?points=80`)
    ).json<WaveformSamples>()
    expect(samples).toEqual({ id, unit: 'Gal', from: '2026-11-21T09:59:58.250+08:00', everyMs: 100 })
    for (const { min, max } of Object.values(axes)) expect([min.length, max.length]).toEqual([80, 80])
    const [wave] = shakingWave(ONSET).axes
    const mean = wave.reduce((sum, value) => sum + value, 0) / wave.length
    expect(Math.max(...axes.ns.max)).toBeCloseTo(Math.max(...wave) - mean, 3)
    expect(Math.abs(axes.ns.max[0] ?? 99)).toBeLessThan(1)
    const whole = (await get(`plant/waveforms/${id}/samples`)).json<WaveformSamples>()
    expect(whole.axes.ud.max).toHaveLength(800)
  })
})

describe('the events of an alarm', () => {
  const at = (sensor: string, ms: number, onDelayMs = 0) =>
    alarmWaveforms(
      { facility, waveforms: shelf },
      { sensor, raised: formatIso(ONSET + ms, 'Asia/Shanghai') },
      { onDelayMs },
    ).map((one) => `${one.device} ${(Date.parse(one.onset) - ONSET) / 60_000}`)

  // The event of SM-1 lasts from 2 s before its onset to 6 s behind it; on either side are 10 s.
  it.each([
    [-12_001, []],
    [-12_000, ['SM-1 0']],
    [0, ['SM-1 0']],
    [16_000, ['SM-1 0']],
    [16_001, []],
    [180_500, ['SM-1 3']],
  ])('raised %d ms behind the onset', (ms, expected) => {
    expect(at('SM-1.pga', ms)).toEqual(expected)
  })

  it('are those of its stations, through what is computed of what is computed', () => {
    expect(at('SM-2.pga', 500)).toEqual([])
    expect(at('near.mean.mean', 60_500)).toEqual(['SM-2 1'])
    expect(stationDevices(facility, 'near.mean.mean')).toEqual(new Set(['SM-1', 'SM-2']))
  })

  it('are found though it was raised behind a long on-delay', () => {
    expect(at('SM-1.pga', 30_000)).toEqual([])
    expect(at('SM-1.pga', 30_000, 25_000)).toEqual(['SM-1 0'])
  })

  it('are found however many came soon behind them', () => {
    const crowded = new WaveformIndex()
    for (let n = 0; n < 80; n += 1) {
      const head = headOf('SM-1', ONSET + n * 15_000)
      crowded.add({ ...head, gateway: 'gw-1', bytes: 1, received: ONSET })
    }
    const found = alarmWaveforms(
      { facility, waveforms: crowded },
      { sensor: 'SM-1.pga', raised: formatIso(ONSET, 'Asia/Shanghai') },
      { onDelayMs: 0 },
    )
    expect(found.map(({ onset }) => Date.parse(onset))).toEqual([ONSET])
  })

  it('are none of an alarm that is not raised, and of the system itself', () => {
    const place = { facility, waveforms: shelf }
    expect(alarmWaveforms(place, { sensor: 'SM-1.pga', raised: null }, { onDelayMs: 0 })).toEqual([])
    expect(at('sys.gw-1.link', 0)).toEqual([])
  })
})
