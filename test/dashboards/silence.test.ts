import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import type { FoundSilence } from '../../dashboards/grafana/push/grafana-api.ts'
import { silence, silenceCommand } from '../../dashboards/grafana/push/silence-command.ts'
import { silencePlan } from '../../dashboards/grafana/push/silence-plan.ts'
import { alarmOf, FACILITY, iso } from '../console/fake-plant.ts'
import { plantWith } from '../contracts/plant-text.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { dashboardsTerminal } from './dashboards-terminal.ts'
import { FakeDavylamp } from './fake-davylamp.ts'
import { FakeGrafana } from './fake-grafana.ts'
import { examplePlant, rulesOf } from './grafana-plant.ts'

const T0 = 1_780_000_000_000
const HOUR = 3_600_000
const facilities = new Set([FACILITY])
let grafana: FakeGrafana
let server: FakeDavylamp

beforeEach(async () => {
  grafana = await FakeGrafana.started()
  server = await FakeDavylamp.started()
})
afterEach(async () => {
  await grafana[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const flag = (until: number | null): NonNullable<AlarmView['shelved']> => ({
  by: 'Zhang Wei',
  reason: 'sensor is exchanged',
  since: iso(T0),
  until: until === null ? null : iso(until),
  cause: null,
  approvedBy: null,
  oneShot: false,
})
const shelved = (id: string, until: number) => alarmOf(id, T0, { state: 'SHLVD', shelved: flag(until) })
const outOfService = (id: string, until: number | null) =>
  alarmOf(id, T0, { state: 'OOSRV', outOfService: flag(until) })

async function once(now: number): Promise<unknown> {
  const { terminal, said } = dashboardsTerminal()
  await silence(
    terminal,
    {
      facilities,
      grafana: { url: grafana.url, token: FakeGrafana.token },
      server: { url: server.url, token: undefined },
      isFollowing: false,
      isJson: true,
      place: '',
      since: undefined,
      least: 'low',
    },
    { signal: new AbortController().signal, pause: async () => undefined, clock: new SettableClock(now) },
  )
  return JSON.parse(said.out)
}

const active = () => grafana.silences.filter(({ status }) => status.state === 'active')

describe('silence', () => {
  it('silences what is shelved until its end, by labels that rules have', async () => {
    server.alarms = [shelved('GT-101.H', T0 + HOUR), alarmOf('GT-102.H', T0)]
    expect(await once(T0)).toEqual({ put: 1, ended: 0 })
    expect(active()).toMatchObject([
      {
        matchers: [
          { name: 'facility', value: 'demo-plant', isRegex: false, isEqual: true },
          { name: 'sensor', value: 'GT-101', isRegex: false, isEqual: true },
          { name: 'key', value: 'H', isRegex: false, isEqual: true },
        ],
        startsAt: new Date(T0).toISOString(),
        endsAt: new Date(T0 + HOUR).toISOString(),
        createdBy: 'davylamp',
        comment: 'GT-101.H is shelved by Zhang Wei: sensor is exchanged',
      },
    ])
    const limit = rulesOf(examplePlant()).find(({ title }) => title.includes('gas H at or above 20 %LEL'))
    expect(limit?.labels).toMatchObject({ facility: 'demo-plant', key: 'H' })
  })

  it('does nothing more when nothing changed, changes an end, and ends what is over', async () => {
    server.alarms = [shelved('GT-101.H', T0 + HOUR)]
    await once(T0)
    expect(await once(T0 + 10_000)).toEqual({ put: 0, ended: 0 })
    server.alarms = [shelved('GT-101.H', T0 + 2 * HOUR)]
    expect(await once(T0 + 20_000)).toEqual({ put: 1, ended: 0 })
    expect(active().map(({ endsAt }) => endsAt)).toEqual([new Date(T0 + 2 * HOUR).toISOString()])
    server.alarms = [alarmOf('GT-101.H', T0)]
    expect(await once(T0 + 30_000)).toEqual({ put: 0, ended: 1 })
    expect(active()).toEqual([])
  })

  it('renews what has no end before it ends', async () => {
    server.alarms = [outOfService('GT-101.H', null)]
    await once(T0)
    expect(await once(T0 + HOUR / 2 - 1)).toEqual({ put: 0, ended: 0 })
    expect(await once(T0 + HOUR / 2 + 1)).toEqual({ put: 1, ended: 0 })
    expect(active().map(({ endsAt }) => Date.parse(endsAt) - T0)).toEqual([1.5 * HOUR + 1])
  })

  it('lasts as long as the longer of two flags', async () => {
    server.alarms = [{ ...outOfService('GT-101.H', T0 + HOUR), shelved: flag(T0 + 3 * HOUR) }]
    await once(T0)
    expect(active()).toMatchObject([
      { endsAt: new Date(T0 + 3 * HOUR).toISOString(), comment: expect.stringContaining('out of service') },
    ])
  })

  it('leaves alone what others made, and other facilities', async () => {
    const theirs = {
      startsAt: iso(T0),
      endsAt: iso(T0 + HOUR),
      comment: 'x',
      status: { state: 'active' as const },
    }
    const matcher = (value: string) => ({ name: 'facility', value, isRegex: false, isEqual: true })
    grafana.silences.push(
      { ...theirs, id: 'a', createdBy: 'somebody', matchers: [matcher(FACILITY)] },
      { ...theirs, id: 'b', createdBy: 'davylamp', matchers: [matcher('another')] },
    )
    server.alarms = [{ ...shelved('GT-101.H', T0 + HOUR), facility: 'another' }]
    expect(await once(T0)).toEqual({ put: 0, ended: 0 })
    expect(active()).toHaveLength(2)
  })

  it('is not doubled by a crash: one that was made and not answered is found', async () => {
    server.alarms = [shelved('GT-101.H', T0 + HOUR)]
    grafana.troubles.push(200, 'done, hang up')
    await once(T0).catch(() => undefined)
    await once(T0)
    expect(active()).toHaveLength(1)
  })

  it('reads all pages of alarms', async () => {
    server.page = 2
    server.alarms = ['A.H', 'B.H', 'C.H', 'D.H', 'E.H'].map((id) => shelved(id, T0 + HOUR))
    expect(await once(T0)).toEqual({ put: 5, ended: 0 })
  })

  it('begins none that would be over at once', async () => {
    server.alarms = [shelved('GT-101.H', T0 + 1_000), shelved('GT-102.H', T0 - 1_000)]
    expect(await once(T0)).toEqual({ put: 0, ended: 0 })
  })

  it('follows until it is stopped', async () => {
    const config = join(temporaryFolder(), 'plant.yaml')
    writeFileSync(config, plantWith({ 'id: plant ': `id: ${FACILITY} ` }))
    const { terminal, stop, run, said } = dashboardsTerminal({ DAVYLAMP_GRAFANA_TOKEN: FakeGrafana.token })
    server.alarms = [shelved('GT-101.H', T0 + HOUR)]
    const args = ['--config', config, '--url', grafana.url, '--server', server.url, '--follow']
    const code = run(() => silenceCommand(terminal, args, new SettableClock(T0)))
    await vi.waitFor(() => expect(active()).toHaveLength(1))
    stop()
    expect(await code).toBe(0)
    expect(said.out).toBe('1 silences made or changed, 0 ended\n')
  })

  it.each([
    [401, 'GRAFANA_UNAUTHORIZED'],
    [403, 'GRAFANA_FORBIDDEN'],
  ])('tells %d as %s', async (status, code) => {
    grafana.troubles.push(status)
    await expect(once(T0)).rejects.toMatchObject({ code })
  })
})

describe('the plan of silences', () => {
  const alarms = fc.array(
    fc
      .tuple(
        fc.constantFrom('A.H', 'A.HH', 'B.H', 'C.L'),
        fc.integer({ min: -HOUR, max: 10 * HOUR }),
        fc.boolean(),
      )
      .map(([id, end, isEndless]) => (isEndless ? outOfService(id, null) : shelved(id, T0 + end))),
    { maxLength: 6 },
  )

  /** What Grafana has after a plan was done. */
  function afterwards(there: readonly FoundSilence[], plan: ReturnType<typeof silencePlan>): FoundSilence[] {
    const changed = new Set(plan.put.map(({ id }) => id))
    const left = there.filter(({ id }) => !plan.end.includes(id) && !changed.has(id))
    return [
      ...left,
      ...plan.put.map((one, index) => ({ ...one, id: `s-${there.length}-${index}`, state: 'active' })),
    ]
  }

  it('is done once: there is nothing to do after it, and one silence for each alarm at the most', () => {
    const unique = (all: AlarmView[]) => [...new Map(all.map((alarm) => [alarm.id, alarm])).values()]
    fc.assert(
      fc.property(alarms.map(unique), alarms.map(unique), (first, second) => {
        const made = afterwards([], silencePlan({ alarms: first, silences: [], facilities }, T0))
        const now = afterwards(made, silencePlan({ alarms: second, silences: made, facilities }, T0 + 1_000))
        expect(silencePlan({ alarms: second, silences: now, facilities }, T0 + 1_000)).toEqual({
          put: [],
          end: [],
        })
        const matched = now.map(({ matchers }) => JSON.stringify(matchers))
        expect(new Set(matched).size).toBe(matched.length)
        for (const { startsAt, endsAt } of now) expect(endsAt > startsAt).toBe(true)
      }),
    )
  })
})
