import { describe, expect, test } from 'vitest'
import { FEATURES } from '../../contracts/analytics/seismic/wave.ts'
import type { WaveformView } from '../../contracts/waveform-api.ts'
import { ApiClient } from '../../dashboards/console/src/api-client.ts'
import { reduce } from '../../dashboards/console/src/reducer.ts'
import { initialState } from '../../dashboards/console/src/state.ts'
import { figuresOf } from '../../dashboards/console/src/waveform/figures.ts'
import {
  listWaveforms,
  miniseedPath,
  waveformSamples,
} from '../../dashboards/console/src/waveform/waveform-client.ts'

const waveform: WaveformView = {
  facility: 'demo plant',
  id: 'SM-1-20261121T020000250Z',
  gateway: 'gw-1',
  device: 'SM-1',
  onset: '2026-11-21T10:00:00.250+08:00',
  from: '2026-11-21T09:59:40.250+08:00',
  to: '2026-11-21T10:00:40.250+08:00',
  rate: 100,
  features: {},
  marks: [],
  bytes: 40_000,
  received: '2026-11-21T10:01:00+08:00',
}

describe('the figures of an event', () => {
  test('are all those there are, the ones that matter first, each in its unit', () => {
    const features = { ...Object.fromEntries(Object.keys(FEATURES).map((key) => [key, 1.23456])), novel: 7 }
    const figures = figuresOf(features)
    expect(figures.map(({ key }) => key).slice(0, 4)).toEqual(['pga', 'pgv', 'jma', 'gbt17742'])
    // That an event is an event is no figure.
    const expected = Object.keys(features).filter((key) => key !== 'event')
    expect(figures.map(({ key }) => key).toSorted()).toEqual(expected.toSorted())
    expect(figures.at(-1)).toEqual({ key: 'novel', name: undefined, text: '7' })
    const texts = Object.fromEntries(figures.map(({ key, text }) => [key, text]))
    expect(texts).toMatchObject({
      pga: '1.23 Gal',
      pgv: '1.23 cm/s',
      jma: '1.2',
      gbt17742: '1.2',
      cav: '1.23 g·s',
      arias: '1.23 m/s',
      frequency: '1.23 Hz',
      staLta: '1.23',
    })
    for (const { key, name } of figures) expect(name === undefined, key).toBe(key === 'novel')
  })

  test('that are missing are left out', () => {
    expect(figuresOf({ jma: 5.1 })).toMatchObject([{ key: 'jma', text: '5.1' }])
    expect(figuresOf({})).toEqual([])
  })
})

test('the stream counts events, so that pages ask anew', () => {
  const state = initialState({ at: 0, time: '2026-11-21T10:00:00+08:00', now: 0, facility: undefined })
  const next = reduce(state, { kind: 'waveform', at: 5, waveform })
  expect(next.waveformChanges).toBe(state.waveformChanges + 1)
  expect(next.heardAt).toBe(5)
})

test('what is asked for is escaped', async () => {
  const asked: string[] = []
  const { asking } = new ApiClient(async (input) => {
    asked.push(String(input))
    return Response.json({ items: [] })
  })
  await listWaveforms(asking, { facility: 'demo plant', sensor: 'SM-1.pga', limit: 8 })
  await waveformSamples(asking, waveform)
  expect([...asked, miniseedPath(waveform)]).toEqual([
    '/api/v1/facilities/demo%20plant/waveforms?sensor=SM-1.pga&limit=8',
    '/api/v1/facilities/demo%20plant/waveforms/SM-1-20261121T020000250Z/samples?points=1500',
    '/api/v1/facilities/demo%20plant/waveforms/SM-1-20261121T020000250Z/miniseed',
  ])
})
