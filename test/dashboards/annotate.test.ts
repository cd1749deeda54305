import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { annotate, annotateCommand } from '../../dashboards/grafana/push/annotate-command.ts'
import type { PushQuestion } from '../../dashboards/grafana/push/push-arguments.ts'
import { alarmOf, entryOf, FACILITY, iso } from '../console/fake-plant.ts'
import { plantWith } from '../contracts/plant-text.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { dashboardsTerminal } from './dashboards-terminal.ts'
import { FakeDavylamp } from './fake-davylamp.ts'
import { FakeGrafana } from './fake-grafana.ts'

const T0 = 1_780_000_000_000
let grafana: FakeGrafana
let server: FakeDavylamp
let place: string

beforeEach(async () => {
  grafana = await FakeGrafana.started()
  server = await FakeDavylamp.started()
  place = join(temporaryFolder(), 'sub/place.json')
})
afterEach(async () => {
  await grafana[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** An entry of the journal, so many seconds after the first. */
function entry(
  seq: number,
  event: JournalItem['event'],
  id = 'GT-101.H',
  more: Partial<AlarmView> = {},
): JournalItem {
  return entryOf(seq, alarmOf(id, T0, more), { event, time: iso(T0 + seq * 1_000) })
}

function question(more: Partial<PushQuestion> = {}): PushQuestion {
  return {
    facilities: new Set([FACILITY]),
    grafana: { url: grafana.url, token: FakeGrafana.token },
    server: { url: server.url, token: undefined },
    isFollowing: false,
    isJson: true,
    place,
    since: iso(T0),
    least: 'low',
    ...more,
  }
}

/** Runs the command; pauses are no waiting. `kill` ends it as a kill would: nothing is answered any more. */
function running(more: Partial<PushQuestion> = {}) {
  const kill = new AbortController()
  const { terminal, said } = dashboardsTerminal()
  const pauses: number[] = []
  const done = annotate(terminal, question(more), {
    signal: kill.signal,
    pause: async (ms) => {
      pauses.push(ms)
      await new Promise((resolve) => setTimeout(resolve, 1))
    },
  })
  done.catch(() => undefined)
  return { done, kill: () => kill.abort(), said, pauses }
}

const kept = () => JSON.parse(readFileSync(place, 'utf8')) as { seq: number; open: Record<string, number> }

describe('annotate', () => {
  it('marks an occurrence from when it was raised until it returned, with its tags', async () => {
    server.enter(
      entry(1, 'raised', 'GT-101.H', { message: 'Gas <b>high</b> & rising' }),
      entry(2, 'acknowledged'),
      entry(3, 'returned', 'GT-101.H', { priority: 'low' }),
    )
    await running().done
    expect(grafana.annotations).toEqual([
      {
        id: 1,
        time: T0 + 1_000,
        timeEnd: T0 + 3_000,
        tags: [
          'davylamp',
          'facility:demo-plant',
          'area:tank-farm',
          'sensor:GT-101',
          'alarm:GT-101.H',
          'priority:high',
        ],
        text: 'GT-101.H: Gas &lt;b&gt;high&lt;/b&gt; &amp; rising',
      },
    ])
    expect(kept()).toEqual({ seq: 3, open: {} })
  })

  it('goes on where it ended: an end finds the beginning of the last time', async () => {
    server.enter(entry(1, 'raised'))
    const { done, said } = running()
    await done
    expect(JSON.parse(said.out)).toEqual({ seq: 1, made: 1, ended: 0 })
    server.enter(entry(2, 'raised', 'GT-102.H'), entry(3, 'returned'))
    await running().done
    expect(grafana.annotations.map(({ time, timeEnd }) => [time - T0, timeEnd && timeEnd - T0])).toEqual([
      [1_000, 3_000],
      [2_000, undefined],
    ])
    await running().done
    expect(grafana.annotations).toHaveLength(2)
  })

  it('begins now unless it is told since when', async () => {
    server.enter(entry(1, 'raised'), entry(2, 'raised', 'GT-102.H'))
    await running({ since: undefined }).done
    expect(grafana.annotations).toEqual([])
    expect(kept()).toEqual({ seq: 2, open: {} })
    server.enter(entry(3, 'raised', 'GT-103.H'))
    await running({ since: undefined }).done
    expect(grafana.annotations).toHaveLength(1)
  })

  it('takes what is urgent enough and of its facilities, page by page', async () => {
    server.page = 2
    server.enter(
      entry(1, 'raised', 'GT-101.H', { priority: 'medium' }),
      entry(2, 'raised', 'GT-101.HH', { priority: 'critical' }),
      { ...entry(3, 'raised', 'GT-102.HH', { priority: 'critical' }), facility: 'another' },
      entry(4, 'raised', 'GT-103.H'),
      entry(5, 'shelved', 'GT-103.H'),
    )
    await running({ least: 'high' }).done
    expect(grafana.annotations.map(({ tags }) => tags[4])).toEqual(['alarm:GT-101.HH', 'alarm:GT-103.H'])
    expect(kept().seq).toBe(5)
  })

  it('marks what was found in late readings from beginning to end', async () => {
    const late = { start: iso(T0 - 60_000), end: iso(T0 - 30_000), peak: 44 }
    server.enter({ ...entry(1, 'late'), late }, { ...entry(2, 'late'), late: { ...late, end: null } })
    await running().done
    expect(grafana.annotations.map(({ time, timeEnd, tags }) => [time - T0, timeEnd, tags.at(-1)])).toEqual([
      [-60_000, T0 - 30_000, 'late'],
      [-60_000, undefined, 'late'],
    ])
  })

  it('follows the stream, through reloads and crashes of the server, and leaves out what is not in the journal', async () => {
    server.enter(entry(1, 'raised'))
    const { done, kill } = running({ isFollowing: true })
    await vi.waitFor(() => expect(server.followers).toBe(1))
    server.enter(entry(2, 'returned'))
    server.tellUnjournalled(entry(3, 'raised', 'GT-102.H'))
    server.enter(entry(3, 'raised', 'GT-102.H'))
    await vi.waitFor(() => expect(grafana.annotations).toHaveLength(2))
    for (const isOrderly of [true, false]) {
      server.cut(isOrderly)
      server.journal.push(entry(server.journal.length + 1, 'raised', `GT-103.${isOrderly ? 'H' : 'HH'}`))
      await vi.waitFor(() => expect(server.followers).toBe(1))
    }
    await vi.waitFor(() => expect(grafana.annotations).toHaveLength(4))
    kill()
    await expect(done).rejects.toThrow()
    expect(kept()).toMatchObject({ seq: 5, open: { 'demo-plant GT-102.H': 2 } })
    expect(grafana.annotations[0]?.timeEnd).toBe(T0 + 2_000)
  })
})

describe('annotate when something fails', () => {
  it.each(['done, hang up', 'hang up', 503, 429] as const)('makes it once: %s', async (trouble) => {
    server.enter(entry(1, 'raised'), entry(2, 'returned'))
    grafana.troubles.push(trouble)
    const { done, said, pauses } = running()
    await done
    expect(grafana.annotations).toHaveLength(1)
    expect(grafana.annotations[0]).toMatchObject({ timeEnd: T0 + 2_000 })
    expect(said.err).toMatch(/^GRAFANA_(UNREACHABLE|FAILED): .*: trying again\n$/)
    expect(pauses).toEqual([500])
  })

  it('makes it once when it is killed between the request and the answer', async () => {
    server.enter(entry(1, 'raised'))
    grafana.troubles.push('done, no answer')
    const { done, kill } = running()
    await vi.waitFor(() => expect(grafana.annotations).toHaveLength(1))
    kill()
    await expect(done).rejects.toThrow()
    expect(kept()).toEqual({ seq: 0, doing: 1, open: {} })
    await running().done
    expect(grafana.annotations).toHaveLength(1)
    expect(kept()).toEqual({ seq: 1, open: { 'demo-plant GT-101.H': 1 } })
  })

  it('makes it when it is killed before Grafana has it', async () => {
    server.enter(entry(1, 'raised'))
    await running({ since: undefined }).done
    writeFileSync(place, JSON.stringify({ seq: 0, doing: 1, open: {} }))
    await running().done
    expect(grafana.annotations).toHaveLength(1)
  })

  it('goes on when somebody has deleted what it would end', async () => {
    server.enter(entry(1, 'raised'))
    await running().done
    grafana.annotations.splice(0)
    server.enter(entry(2, 'returned'), entry(3, 'raised', 'GT-102.H'))
    await running().done
    expect(grafana.annotations).toHaveLength(1)
  })

  it.each([
    [401, 'GRAFANA_UNAUTHORIZED'],
    [403, 'GRAFANA_FORBIDDEN'],
    [404, 'GRAFANA_NOT_FOUND'],
    [302, 'GRAFANA_NOT_FOUND'],
    [400, 'GRAFANA_REFUSED'],
  ])('gives up at once on %d: %s, and does it when that is mended', async (status, code) => {
    server.enter(entry(1, 'raised'))
    grafana.troubles.push(status)
    await expect(running().done).rejects.toMatchObject({ code })
    await running().done
    expect(grafana.annotations).toHaveLength(1)
  })

  it('says that a token is refused, and keeps it to itself', async () => {
    server.enter(entry(1, 'raised'))
    const { done } = running({ grafana: { url: grafana.url, token: 'wrong-secret' } })
    const error = await done.catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'GRAFANA_UNAUTHORIZED' })
    expect(String(error)).not.toContain('wrong-secret')
  })

  it('gives up after four tries when nobody is there, and not while it follows', async () => {
    const nobody = 'http://127.0.0.1:9'
    server.enter(entry(1, 'raised'))
    const once = running({ grafana: { url: nobody, token: 'x' } })
    await expect(once.done).rejects.toMatchObject({ code: 'GRAFANA_UNREACHABLE' })
    expect(once.pauses).toEqual([500, 1_000, 2_000])
    const away = running({ server: { url: nobody, token: undefined } })
    await expect(away.done).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
    const following = running({ isFollowing: true, grafana: { url: nobody, token: 'x' } })
    await vi.waitFor(() => expect(following.pauses.length).toBeGreaterThan(6))
    expect(following.pauses.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000])
    following.kill()
    await expect(following.done).rejects.toThrow()
  })

  it.each([
    [401, 'SERVER_REFUSED'],
    [500, 'SERVER_FAILED'],
  ])('tells that the server answers %d: %s', async (status, code) => {
    server.refuses = status
    await expect(running().done).rejects.toMatchObject({ code })
  })

  it('does not guess where it was', async () => {
    await running({ since: undefined }).done
    writeFileSync(place, '{"seq":"many"}')
    await expect(running().done).rejects.toMatchObject({ code: 'PLACE_DAMAGED' })
  })
})

describe('the command annotate', () => {
  const config = () => {
    const file = join(temporaryFolder(), 'plant.yaml')
    writeFileSync(file, plantWith({ 'id: plant ': `id: ${FACILITY} ` }))
    return file
  }

  it('takes its settings from options and the environment', async () => {
    server.enter(entry(1, 'raised'), entry(2, 'returned'))
    const { terminal, said, run } = dashboardsTerminal({ DAVYLAMP_GRAFANA_TOKEN: FakeGrafana.token })
    const args = ['--config', config(), '--url', `${grafana.url}/`, '--server', server.url, '--place', place]
    expect(await run(() => annotateCommand(terminal, [...args, '--since', iso(T0)]))).toBe(0)
    expect(said).toEqual({ out: 'up to entry 2: 1 annotations made, 1 ended\n', err: '' })
    expect(grafana.annotations).toHaveLength(1)
  })

  it('ends when it is stopped, and that is no failure', async () => {
    const { terminal, stop, run } = dashboardsTerminal({ DAVYLAMP_GRAFANA_TOKEN: FakeGrafana.token })
    const args = [
      '--config',
      config(),
      '--url',
      grafana.url,
      '--server',
      server.url,
      '--place',
      place,
      '--follow',
    ]
    const code = run(() => annotateCommand(terminal, args))
    await vi.waitFor(() => expect(server.followers).toBe(1))
    stop()
    expect(await code).toBe(0)
    expect(existsSync(place)).toBe(true)
  })

  it.each([
    [{}, [], 1, 'GRAFANA_UNAUTHORIZED: no token is given'],
    [{ DAVYLAMP_GRAFANA_TOKEN: 'x' }, ['--url', 'grafana'], 2, 'USAGE'],
    [{ DAVYLAMP_GRAFANA_TOKEN: 'x' }, ['--priority', 'urgent'], 2, 'USAGE'],
    [{ DAVYLAMP_GRAFANA_TOKEN: 'x' }, ['--since', 'monday'], 2, 'USAGE'],
    [{ DAVYLAMP_GRAFANA_TOKEN: 'x' }, ['now'], 2, 'USAGE'],
    [{ DAVYLAMP_GRAFANA_TOKEN_FILE: '/nowhere' }, [], 1, 'SECRET_UNREADABLE'],
  ])('refuses %j %j', async (env, args, code, text) => {
    const { terminal, said, run } = dashboardsTerminal(env)
    expect(await run(() => annotateCommand(terminal, ['--config', config(), ...args]))).toBe(code)
    expect(said.err).toContain(text)
  })

  it('has help', async () => {
    const { terminal, said, run } = dashboardsTerminal()
    expect(await run(() => annotateCommand(terminal, ['--help']))).toBe(0)
    expect(said.out).toContain('--follow')
  })
})
