import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { replayCommand } from '../../alerting/replay-command.ts'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A second passes between any two looks at it. */
let monotonic: number
const clock: Clock = {
  wall: () => 0,
  monotonic: () => {
    monotonic += 1_000
    return monotonic
  },
}

let folder: string
let config: string
let out: string
let err: string

beforeEach(() => {
  folder = temporaryFolder()
  config = join(folder, 'plant.yaml')
  ;[out, err, monotonic] = ['', '', 0]
  const sensor = (id: string, address: number, alarms: string) =>
    `{ id: ${id}, kind: gas, unit: ppm, staleAfter: 1h, register: { address: ${address} }, alarms: ${alarms} }`
  writeFileSync(
    config,
    `facility: { id: plant }
server: { auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: plc, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [
          ${sensor('T-1', 0, '{ L1: { when: high, limit: 10, priority: low }, H: { when: high, limit: 20, deadband: 2, onDelay: 2s, latching: true, priority: high }, HH: { when: high, limit: 20, priority: critical }, L2: { when: high, limit: 10, priority: low } }')},
          ${sensor('T-2', 1, '{ H: { when: high, limit: 20, class: safety } }')} ] } ] }
`,
  )
})

async function run(stdin: Readable, argv: string[], stopped = new Promise<void>(() => undefined)) {
  const terminal: Terminal = {
    argv,
    env: {},
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    stopped,
  }
  return runCommand(terminal, () => replayCommand(terminal, stdin, clock))
}

/** Lines on stdin, and what came of them. */
async function replay(...lines: (object | string)[]): Promise<{ code: number; results: Result[] }> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const code = await run(Readable.from([text]), ['--config', config, '--input', '-'])
  const results = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result)
  return { code, results }
}

interface Result {
  time: number
  alarm: string
  event?: string
  state?: string
  by?: string | null
  refused?: string
}

const brief = ({ time, alarm, event, refused }: Result) => [time, alarm, event ?? refused]

describe('replay', () => {
  it('moves the clock to the arrival of a line, and lets what is due by then happen first, at its own time', async () => {
    const { results } = await replay(
      { time: 1_000, sensor: 'T-1', value: 25 },
      // It arrives after the end of the on-delay, which it can no longer stop.
      { time: 1_500, arrival: 4_000, sensor: 'T-1', value: 5 },
    )
    expect(results.slice(0, 5).map(brief)).toEqual([
      [1_000, 'T-1.HH', 'raised'],
      [1_000, 'T-1.L1', 'raised'],
      [1_000, 'T-1.L2', 'raised'],
      [3_000, 'T-1.H', 'raised'],
      [1_500, 'T-1.HH', 'returned'],
    ])
  })

  it('the end of the input moves nothing; a line with advance does', async () => {
    const reading = { time: 1_000, sensor: 'T-1', value: 25 }
    const raised = ({ alarm, event }: Result) => alarm === 'T-1.H' && event === 'raised'
    expect((await replay(reading, { time: 2_999, advance: true })).results.some(raised)).toBe(false)
    out = ''
    const { results } = await replay(reading, { time: 3_000, advance: true })
    expect(results.filter(raised).map(brief)).toEqual([[3_000, 'T-1.H', 'raised']])
  })

  it('takes every action, with who, for how long and why', async () => {
    const act = (time: number, action: string, more: object = {}) => ({
      time,
      action,
      alarm: 'T-1.H',
      by: 'ann',
      ...more,
    })
    const { code, results } = await replay(
      { time: 0, sensor: 'T-1', value: 25 },
      act(3_000, 'silence'),
      act(4_000, 'acknowledge'),
      act(5_000, 'shelve', { for: '30s', reason: 'probe' }),
      act(6_000, 'unshelve'),
      act(7_000, 'suppress', { reason: 'start-up', for: '1s' }),
      act(7_500, 'unsuppress'),
      act(9_000, 'out-of-service', { for: '10s', reason: 'swap' }),
      act(10_000, 'return-to-service'),
      act(11_000, 'acknowledge'),
      { time: 12_000, sensor: 'T-1', value: 5 },
      act(13_000, 'reset'),
      act(14_000, 'shelve', { for: '1s', reason: 'probe' }),
      { time: 20_000, advance: true },
    )
    expect(code).toBe(0)
    const ofH = results.filter(({ alarm }) => alarm === 'T-1.H')
    expect(ofH.map(({ time, event, state, by }) => [time, event, state, by])).toEqual([
      [2_000, 'raised', 'UNACK', null],
      [3_000, 'silenced', 'UNACK', 'ann'],
      [4_000, 'acknowledged', 'ACKED', 'ann'],
      [5_000, 'shelved', 'SHLVD', 'ann'],
      [6_000, 'unshelved', 'UNACK', 'ann'],
      [7_000, 'suppressed', 'DSUPR', 'ann'],
      [7_500, 'unsuppressed', 'UNACK', 'ann'],
      [9_000, 'out-of-service', 'OOSRV', 'ann'],
      [10_000, 'returned-to-service', 'UNACK', 'ann'],
      [11_000, 'acknowledged', 'ACKED', 'ann'],
      [12_000, 'returned', 'LATCH_ACK', null],
      [13_000, 'reset', 'NORM', 'ann'],
      [14_000, 'shelved', 'SHLVD', 'ann'],
      [15_000, 'unshelved', 'NORM', null],
    ])
  })

  it('tells a refusal with its code and nothing else, after what had fallen due', async () => {
    const { code, results } = await replay(
      { time: 0, sensor: 'T-1', value: 25 },
      { time: 5_000, action: 'reset', alarm: 'T-1.H' },
      { time: 5_000, action: 'acknowledge', alarm: 'T-1.X' },
      { time: 5_000, action: 'shelve', alarm: 'T-1.H', by: 'ann', for: '1m' },
      { time: 5_000, action: 'suppress', alarm: 'T-2.H', by: 'ann', reason: 'work' },
    )
    expect(code).toBe(0)
    expect(results.slice(3)).toEqual([
      expect.objectContaining({ time: 2_000, alarm: 'T-1.H', event: 'raised' }),
      { time: 5_000, alarm: 'T-1.H', refused: 'STILL_ACTIVE' },
      { time: 5_000, alarm: 'T-1.X', refused: 'ALARM_UNKNOWN' },
      { time: 5_000, alarm: 'T-1.H', refused: 'REASON_REQUIRED' },
      { time: 5_000, alarm: 'T-2.H', refused: 'SECOND_PERSON_REQUIRED' },
    ])
  })

  it.each([
    ['{"time":1', 'JSON'],
    ['{"sensor":"T-1","value":1}', 'time must be a number of ms'],
    ['{"time":1,"sensor":"T-1"}', 'value must be a number unless the quality is bad'],
    ['{"time":1,"sensor":"T-1","value":1,"quality":"fine"}', 'quality must be one of good, uncertain, bad'],
    ['{"time":1,"action":"clear","alarm":"T-1.H"}', 'action must be one of acknowledge'],
    ['{"time":1,"action":"shelve","alarm":"T-1.H","for":"soon"}', 'for must be a duration such as 30s'],
    ['{"time":1,"action":"reset"}', 'an action names its alarm'],
    ['{"time":1}', 'a line has a sensor, an action or advance: true'],
    ['{"time":1,"sensor":"T-9","value":1}', 'no sensor "T-9"'],
  ])('says in which file and line %s is wrong', async (line, why) => {
    const file = join(folder, 'readings.ndjson')
    writeFileSync(file, `﻿{"time":0,"sensor":"T-2","value":30}\n\n${line}\n`)
    expect(await run(Readable.from([]), ['--config', config, '--input', file])).toBe(1)
    expect(err).toContain(`${file}:3: `)
    expect(err).toContain(why)
    // What came before it is told.
    expect(out).toContain('"T-2.H"')
  })

  it('names stdin where the lines came from there', async () => {
    expect((await replay('nothing')).code).toBe(1)
    expect(err).toContain('stdin:1: ')
  })

  it('tells how far it is when it takes long', async () => {
    await replay(...Array.from({ length: 6 }, (_, time) => ({ time, advance: true })))
    expect(err).toMatch(/^2 lines read\n/)
  })

  it('stops when it is told to, though its input does not end', async () => {
    const input = new PassThrough()
    input.write('{"time":0,"sensor":"T-2","value":30}\n')
    const { promise, resolve } = Promise.withResolvers<void>()
    const code = run(input, ['--config', config], promise)
    await expect.poll(() => out).toContain('"raised"')
    resolve()
    expect(await code).toBe(1)
    expect(err).toContain('stopped after 1 lines')
  })

  it('has a help, and refuses what it does not know', async () => {
    expect(await run(Readable.from([]), ['--help'])).toBe(0)
    expect(out).toContain('npm run replay -- --config F --input FILE.ndjson')
    expect(await run(Readable.from([]), [])).toBe(2)
    expect(await run(Readable.from([]), ['--config', config, 'more'])).toBe(2)
    expect(await run(Readable.from([]), ['--config', config, '--input', join(folder, 'none')])).toBe(1)
    expect(err).toContain('CONFIG_UNREADABLE')
  })
})
