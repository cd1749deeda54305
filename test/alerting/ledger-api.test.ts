import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OriginGuard } from '../../alerting/api/origin-guard.ts'
import type { Api } from '../../alerting/api/routes.ts'
import { buildApi } from '../../alerting/api/server.ts'
import { Stream } from '../../alerting/api/stream.ts'
import type { LedgerItem, Problem } from '../../contracts/api.ts'
import type { KeptGap, LedgerDelta, LedgerQuery } from '../../contracts/ledger.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

const HOST = { host: '127.0.0.1:8080' }
const HOUR = 3_600_000
/** 2026-11-22T10:00:00+08:00 */
const NOW = Date.UTC(2026, 10, 22, 2)

let states: DirectStates
let app: Api
let asked: LedgerQuery[]

beforeEach(async () => {
  asked = []
  states = new DirectStates(temporaryFolder())
  const unused = () => Promise.reject(new Error('not asked for'))
  const facility = smallFacility()
  const nothing = { views: () => [], view: () => undefined, act: unused }
  app = await buildApi(
    {
      facilities: new Map([
        ['plant', { facility, alarms: nothing, plant: { latest: () => undefined, gateways: () => [] } }],
      ]),
      states: {
        journal: unused,
        after: unused,
        alarmKpi: unused,
        ledger: (query) => {
          asked.push(query)
          return states.ledger(query)
        },
      },
      store: { range: unused, buckets: unused },
      stream: new Stream({ now: () => 'now' }),
      console: new Map(),
      now: () => NOW,
      info: () => ({ version: '0', auth: 'off', time: 'now', started: 'then' }),
      unready: () => [],
      metrics: unused,
    },
    silentLogger,
    () => new OriginGuard({ host: '127.0.0.1', port: 8080, hosts: [] }),
  )
})
afterEach(async () => {
  await app.close()
  await states.close()
})

async function get(query = ''): Promise<{ items: LedgerItem[] } & Problem> {
  return (await app.inject({ url: `/api/v1/ledger${query}`, headers: HOST })).json()
}

function enter(over: Partial<LedgerDelta>, gaps: readonly KeptGap[] = []): void {
  const row = { facility: 'plant', gateway: 'gw-1', epoch: 'e1', minute: NOW - HOUR }
  const counts = { low: 0, high: 100, received: 80, stored: 70, duplicate: 4, late: 3, refused: 2 }
  const ledger = [{ ...row, ...counts, ...over }]
  states.writer.checkpoint({ facility: row.facility, position: 1, body: '', ledger, gaps })
}

describe('GET /api/v1/ledger', () => {
  test('is the last day of each gateway, with times of its plant', async () => {
    const gap = {
      facility: 'plant',
      gateway: 'gw-1',
      epoch: 'e0',
      seqs: [
        [3, 4],
        [6, 6],
      ],
      count: 10,
      reason: 'full',
    } as const
    enter({}, [{ ...gap, from: NOW - 30 * HOUR, to: NOW - 23 * HOUR, told: NOW - HOUR + 250 }])
    enter({ minute: NOW - 25 * HOUR, epoch: 'e0' })
    enter({ gateway: 'gw-2', low: 0, high: 5, received: 5, stored: 5, duplicate: 0, late: 0, refused: 0 })
    const window = { from: '2026-11-21T10:00:00+08:00', to: '2026-11-22T10:00:00+08:00' }
    const whole = {
      sent: 5,
      received: 5,
      stored: 5,
      duplicate: 0,
      late: 0,
      refused: 0,
      dropped: 0,
      missing: 0,
    }
    expect(await get()).toEqual({
      items: [
        {
          ...{ facility: 'plant', gateway: 'gw-1', ...window },
          ...{
            sent: 100,
            received: 80,
            stored: 70,
            duplicate: 4,
            late: 3,
            refused: 2,
            dropped: 10,
            missing: 18,
          },
          gaps: [
            {
              epoch: 'e0',
              seqs: [
                [3, 4],
                [6, 6],
              ],
              count: 10,
              from: '2026-11-21T04:00:00+08:00',
              to: '2026-11-21T11:00:00+08:00',
              reason: 'full',
              told: '2026-11-22T09:00:00.250+08:00',
            },
          ],
        },
        { facility: 'plant', gateway: 'gw-2', ...window, ...whole, gaps: [] },
      ],
    })
  })

  test('takes any window, a facility and a gateway', async () => {
    enter({})
    enter({ gateway: 'gw-2' })
    const query = '?facility=plant&gateway=gw-2&from=2026-11-22T08:00:00%2B08:00&to=1795312800000'
    expect((await get(query)).items.map(({ gateway }) => gateway)).toEqual(['gw-2'])
    expect(asked).toEqual([
      { facility: 'plant', gateway: 'gw-2', from: NOW - 2 * HOUR, to: 1_795_312_800_000 },
    ])
  })

  test('says nothing of a gateway that it knows nothing of, nor of a facility that is not there', async () => {
    enter({ facility: 'gone' })
    expect(await get()).toEqual({ items: [] })
    expect(await get('?gateway=gw-1')).toEqual({ items: [] })
  })

  test.each([
    ['?facility=other', 'FACILITY_UNKNOWN'],
    ['?from=yesterday', 'REQUEST_INVALID'],
    ['?from=2000&to=1000', 'REQUEST_INVALID'],
    ['?from=1000&to=1000', 'REQUEST_INVALID'],
    ['?epoch=e1', 'REQUEST_INVALID'],
  ])('refuses %s', async (query, code) => {
    expect(await get(query)).toMatchObject({ code })
    expect(asked).toEqual([])
  })
})
