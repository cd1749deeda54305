import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AlarmDetail } from '../../contracts/alarm-detail-api.ts'
import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { FacilityTree, GatewayView, JournalItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { WaveformView } from '../../contracts/waveform-api.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Line } from './line.ts'

/** From the bytes of simulated seismographs through gateway, broker and server to the journal. */

let line: Line | undefined
afterEach(async () => {
  await line?.[Symbol.asyncDispose]()
  line = undefined
})

const textOf = (file: string) => readFileSync(new URL(`../../simulators/${file}`, import.meta.url), 'utf8')

/** simulators/facilities/seismic-array.yaml with its data in a folder of its own, after an edit of its text. */
function arrayFacility(edit: (text: string) => string = (text) => text): Facility {
  const own = textOf('facilities/seismic-array.yaml')
    .replace('data: data/seismic-array', `data: ${JSON.stringify(join(temporaryFolder(), 'server'))}`)
    .replace('path: data/gw-seismic.db', `path: ${JSON.stringify(join(temporaryFolder(), 'gw-seismic.db'))}`)
  return parseFacility(edit(own), 'seismic-array.yaml')
}

/** A scenario in a file of its own. */
function scenarioFile(text: string): string {
  const file = join(temporaryFolder(), 'scenario.yaml')
  writeFileSync(file, text)
  return file
}

/** Waits for the journal to have an event of an alarm. */
function entered({ journal }: Pick<Line, 'journal'>, alarm: string, event: string): Promise<JournalItem> {
  return vi.waitFor(
    async () => {
      const found = (await journal()).find((item) => item.alarm.id === alarm && item.event === event)
      if (found === undefined) throw new Error(`${alarm} ${event} is not in the journal`)
      return found
    },
    { timeout: 90_000, interval: 100 },
  )
}

/** Waits for a sensor to have a good reading. */
async function isGood(plant: Line, sensor: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const tree = await plant.get<FacilityTree>('/api/v1/facilities/seismic-array')
      expect(tree.sensors.find(({ id }) => id === sensor)?.reading?.quality).toBe('good')
    },
    { timeout: 90_000, interval: 100 },
  )
}

async function nothingIsLost(plant: Line): Promise<void> {
  const { items } = await plant.get<{ items: GatewayView[] }>(
    `/api/v1/facilities/${plant.facility.id}/gateways`,
  )
  expect(items.map(({ counters }) => counters)).toMatchObject([{ rejected: 0, lost: 0, missing: 0 }])
}

describe('quake-vs-forklift', () => {
  test('the forklift raises one station and not the vote, the earthquake trips it', async () => {
    // The timeline as it is, without its long pauses.
    const scenario = scenarioFile(
      textOf('scenarios/quake-vs-forklift.yaml').replace('at: 25s', 'at: 12s').replace('at: 45s', 'at: 24s'),
    )
    const briefer = (text: string) => text.replaceAll('pre: 10s, post: 10s', 'pre: 4s, post: 4s')
    const plant = await Line.start({ facility: arrayFacility(briefer), scenario })
    line = plant
    const journal = { journal: () => plant.journal() }

    // Before the first seconds of all three have come there is no protection, and QV-1.FAULT may say so.
    await isGood(plant, 'QV-1')
    const bumped = await entered(journal, 'SG-1.pga.H', 'raised')
    expect(bumped.alarm.value).toBeGreaterThan(49)
    await vi.waitFor(
      async () => {
        const { detail } = await plant.get<DerivedDetail>(
          '/api/v1/facilities/seismic-array/sensors/QV-1/derived',
        )
        expect(detail).toMatchObject({
          configured: '2oo3',
          live: '2oo3',
          tripped: false,
          alone: { station: 'SG-1.pga' },
        })
      },
      { timeout: 10_000, interval: 100 },
    )
    // The bump is over before the ground moves.
    const returned = await entered(journal, 'SG-1.pga.H', 'returned')

    // Its record is closed by then, and lies beside the alarm.
    const [bump] = await vi.waitFor(
      async () => {
        const { waveforms } = await plant.get<AlarmDetail>(
          '/api/v1/facilities/seismic-array/alarms/SG-1.pga.H',
        )
        expect(waveforms).toHaveLength(1)
        return waveforms as [WaveformView]
      },
      { timeout: 90_000, interval: 100 },
    )
    expect(bump.device).toBe('SG-1')
    expect(bump.features.pga).toBeGreaterThan(49)
    expect(bump.features.jma).toBeLessThan(4.5)

    const trip = await entered(journal, 'QV-1.TRIP', 'raised')
    expect(trip.alarm).toMatchObject({ priority: 'critical', value: 1, quality: 'good' })
    expect(trip.seq).toBeGreaterThan(returned.seq)
    for (const station of ['SG-2', 'SG-3']) {
      const felt = await entered(journal, `${station}.pga.H`, 'raised')
      expect(felt.seq).toBeGreaterThan(returned.seq)
    }
    // Once for the forklift and once for the earthquake; nothing else that shakes has an alarm.
    const raised = (await plant.journal())
      .filter(({ event }) => event === 'raised')
      .map(({ alarm }) => alarm.id)
      .filter((id) => id === 'QV-1.TRIP' || id.endsWith('.pga.H'))
    expect(raised.toSorted()).toEqual(['QV-1.TRIP', 'SG-1.pga.H', 'SG-1.pga.H', 'SG-2.pga.H', 'SG-3.pga.H'])
    await nothingIsLost(plant)
  })
})

describe('the record of Yonago, 6 October 2000', () => {
  /** What is played: from 5 s before the first waves to the end of the strong shaking and a bit of the rest. */
  const FROM_S = 8
  const LENGTH_S = 55
  /** Pumps that nobody hears, so that the record is alone. */
  const QUIET = 0.02
  /** Simulated before the record begins: the trigger settles. */
  const LEAD_S = 12
  const RECORD = fileURLToPath(new URL('../vectors/jma_yonago_20001006.csv', import.meta.url))

  test('has its official intensity of 5.1 at the end of the line, and its waveform beside the alarm', async () => {
    const plant = await Line.start({
      facility: arrayFacility(alone),
      scenario: scenarioFile(`
plant: { seismographs: { SG-1: { at: [0, 0], machinery: ${QUIET} } } }
timeline:
  - at: ${LEAD_S}s
    accelerogram: { file: ${JSON.stringify(RECORD)}, from: ${FROM_S}s, length: ${LENGTH_S}s }
`),
      // Instruments say the time: what is streamed faster than it was shaken lies in the past.
      startedAt: systemClock.wall() - (LEAD_S + LENGTH_S + 15) * 1_000,
    })
    line = plant
    await isGood(plant, 'SG-1.pga')
    for (let second = 0; second < LEAD_S + LENGTH_S + 12; second += 1) {
      plant.simulation.tick(1_000)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }

    const journal = { journal: () => plant.journal() }
    const raised = await entered(journal, 'SG-1.jma.H', 'raised')
    expect(raised.alarm.value).toBeGreaterThanOrEqual(4.5)
    expect(raised.alarm.quality).toBe('good')

    // The event is closed by its greatest length; then its samples follow.
    const [waveform] = await vi.waitFor(
      async () => {
        const { waveforms } = await plant.get<AlarmDetail>(
          '/api/v1/facilities/seismic-array/alarms/SG-1.jma.H',
        )
        expect(waveforms).toHaveLength(1)
        return waveforms as [WaveformView]
      },
      { timeout: 90_000, interval: 200 },
    )
    // The Agency: a = 127.85 gal, intensity 5.1. Greatest vector of the record: see test/vectors.
    const { jma = Number.NaN, pga = Number.NaN } = waveform.features
    expect(Math.floor(Math.round(jma * 100) / 10) / 10).toBe(5.1)
    expect(pga).toBeCloseTo(peakOf(RECORD), -1)
    expect(waveform).toMatchObject({ device: 'SG-1', gateway: 'gw-seismic', rate: 100 })

    const response = await fetch(
      `${plant.url}/api/v1/facilities/seismic-array/waveforms/${waveform.id}/miniseed`,
    )
    const miniseed = Buffer.from(await response.arrayBuffer())
    expect(response.headers.get('content-type')).toContain('application/vnd.fdsn.mseed')
    expect(miniseed.length % 512).toBe(0)
    expect(miniseed.subarray(6, 7).toString()).toMatch(/[DRQM]/)
    await nothingIsLost(plant)
  })

  /** One station with its frames over TCP; its trigger settles within the quiet beginning of the record. */
  function alone(text: string): string {
    const [before = '', after = ''] = text.split('      - id: ring\n')
    expect(after).toContain('\nderived:\n')
    return before.replace('pre: 10s, post: 10s, maxEvent: 60s', 'pre: 5s, post: 10s, maxEvent: 55s')
  }

  function peakOf(file: string): number {
    const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1)
    return Math.max(...rows.map((row) => Math.hypot(...row.split(',').map(Number))))
  }
})
