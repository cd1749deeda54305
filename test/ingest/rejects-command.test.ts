import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { whatIfTools } from '../../alerting/what-if/tools.ts'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import { serverCommand } from '../../ingest/command-line.ts'
import { refusedPointLetter } from '../../ingest/rejects/refused-point.ts'
import { RejectDatabase } from '../../ingest/rejects/reject-database.ts'
import { letterJson, printable } from '../../ingest/rejects/reject-text.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unknown } from './reject-scene.ts'

const NOW = 1_795_219_200_000
const folder = temporaryFolder()
const data = join(folder, 'data')
const rejects = join(data, 'rejects.db')
const plant = join(folder, 'plant.yaml')

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const terminal: Terminal = {
    argv,
    env: {},
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    stopped: Promise.resolve(),
  }
  const start = () => Promise.reject(new Error('the server is not to be started'))
  const nobody = () => Promise.reject(new Error('nothing is to be copied'))
  const code = await runCommand(terminal, () =>
    serverCommand(terminal, {
      start,
      backUp: nobody,
      secret: () => 'a-secret',
      whatIf: whatIfTools,
      setAdmin: nobody,
      clock: new SettableClock(NOW),
    }),
  )
  return { code, ...said }
}

const command = (...argv: string[]) => run('rejects', '--config', plant, ...argv)
const objects = (out: string) =>
  out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const sensor = (id: string) => `{ id: ${id}, kind: gas, unit: ppm, register: { address: 1 } }`
function writePlant(...sensors: string[]): void {
  const devices = sensors.map(
    (given, index) =>
      `{ id: gw-${index + 1}, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d${index}, sensors: [ ${given} ] } ] } ] }`,
  )
  writeFileSync(
    plant,
    `facility: { id: plant, timezone: Asia/Shanghai }
server: { data: ${JSON.stringify(data)} }
gateways: [ ${devices.join(', ')} ]
`,
  )
}

const HOSTILE = Buffer.from('{"a":"\u0000\u001b]0;owned\u0007\u202etxt"}')

function fill(): void {
  mkdirSync(data, { recursive: true })
  const database = new RejectDatabase(rejects, { letters: 1_000, letterBytes: 1e6, quarantined: 1_000 })
  const letter = {
    kind: 'reading' as const,
    facility: 'plant',
    gateway: 'gw-1',
    topic: 'davylamp/v1/plant/gateways/gw-1/readings',
    detail: 'GT-1: value',
    code: 'READING_INVALID' as const,
    count: 3,
    payload: Buffer.from('{"epoch":"e1"}'),
    size: 14,
  }
  database.write({
    letters: [
      { ...letter, time: NOW - 7_200_000 },
      {
        ...letter,
        time: NOW - 60_000,
        gateway: 'gw-2',
        code: 'PAYLOAD_NOT_JSON',
        payload: Buffer.alloc(4_096, 0xff),
        size: 250_000,
        count: 1,
      },
      {
        ...letter,
        time: NOW - 1_000,
        topic: 'x\u001b[2J\ny',
        detail: '\u202e\u0007',
        payload: HOSTILE,
        size: HOSTILE.length,
      },
      {
        ...letter,
        time: NOW,
        kind: 'rest',
        topic: '',
        gateway: '',
        facility: '',
        detail: 'more',
        count: 9_000,
        payload: Buffer.alloc(0),
        size: 0,
      },
    ],
    quarantined: [
      unknown(1),
      unknown(2, { position: 4 }),
      unknown(3, { sensor: 'GT-8', gateway: 'gw-2', quality: 'bad', reason: 'timeout' }),
      unknown(4, { sensor: 'GT-7' }),
      unknown(5, { facility: 'other' }),
    ],
  })
  database.close()
}

describe('ingest rejects', () => {
  beforeAll(() => {
    writePlant(sensor('GT-1'))
    fill()
  })

  it('lists what was refused for people, the newest first, on any terminal', async () => {
    const { code, out } = await command()
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      '2026-11-21T08:00:00+08:00  READING_INVALID  x9000  more',
      '2026-11-21T07:59:59+08:00  READING_INVALID  x3  plant/gw-1  \\u{202e}\\x07',
      '    x\\x1b[2J\\x0ay 25 bytes: {"a":"\\x00\\x1b]0;owned\\x07\\u{202e}txt"}',
      '2026-11-21T07:59:00+08:00  PAYLOAD_NOT_JSON  x1  plant/gw-2  GT-1: value',
      `    davylamp/v1/plant/gateways/gw-1/readings 250000 bytes: ${'\ufffd'.repeat(160)}...`,
      '2026-11-21T06:00:00+08:00  READING_INVALID  x3  plant/gw-1  GT-1: value',
      '    davylamp/v1/plant/gateways/gw-1/readings 14 bytes: {"epoch":"e1"}',
      'quarantined: 1 readings of GT-9 from other/gw-1',
      'quarantined: 1 readings of GT-7 from plant/gw-1',
      'quarantined: 2 readings of GT-9 from plant/gw-1',
      'quarantined: 1 readings of GT-8 from plant/gw-2',
      '',
    ])
  })

  it.each([
    [['--code', 'PAYLOAD_NOT_JSON'], 1],
    [['--gateway', 'gw-1'], 2],
    [['--since', '30m'], 3],
    [['--since', '2026-11-21T07:59:59+08:00'], 2],
    [['--limit', '1'], 1],
    [['--gateway', 'gw-1', '--since', '1m'], 1],
    [['--code', 'NOTHING_OF_THE_KIND'], 0],
  ])('lists with %j so many: %d', async (argv, count) => {
    const { code, out } = await command('--json', ...argv)
    expect(code).toBe(0)
    expect(objects(out)).toHaveLength(count)
  })

  it('gives programs the bytes that came', async () => {
    const { out } = await command('--json')
    const [rest, hostile, binary] = objects(out)
    expect(rest).toEqual({
      time: NOW,
      kind: 'rest',
      code: 'READING_INVALID',
      facility: '',
      gateway: '',
      topic: '',
      detail: 'more',
      count: 9_000,
      size: 0,
      payload: '',
      text: '',
    })
    expect(hostile).toMatchObject({
      topic: 'x\u001b[2J\ny',
      detail: '\u202e\u0007',
      text: HOSTILE.toString('utf8'),
    })
    expect(Buffer.from(String(hostile?.payload), 'base64').equals(HOSTILE)).toBe(true)
    expect(binary).toMatchObject({ size: 250_000 })
    expect(binary).not.toHaveProperty('text')
    expect(Buffer.from(String(binary?.payload), 'base64').equals(Buffer.alloc(4_096, 0xff))).toBe(true)
  })

  it('lists quarantined readings', async () => {
    const { out } = await command('--quarantine', '--gateway', 'gw-2')
    expect(out).toBe('2026-11-21T08:00:00.003+08:00  plant/gw-2  GT-8  0.375  bad  timeout  e1 3\n')
    const [, second] = objects((await command('--quarantine', '--json')).out)
    expect(second).toEqual({ kind: 'quarantined', id: 2, isRequeued: false, ...unknown(2, { position: 4 }) })
  })

  it('exports all as NDJSON', async () => {
    const file = join(folder, 'out.ndjson')
    expect((await command('--export', file)).out).toBe(`${file}: 9 lines\n`)
    const exported = readFileSync(file, 'utf8')
    expect(objects(exported).map(({ kind }) => kind)).toEqual([
      'rest',
      ...Array(3).fill('reading'),
      ...Array(5).fill('quarantined'),
    ])
    expect((await command('--export', '-')).out).toBe(exported)
    const { code, err } = await command('--export', join(folder, 'nowhere', 'x'))
    expect([code, err]).toEqual([1, expect.stringMatching(/^DATA_UNWRITABLE: /)])
  })

  it('requeues what the facility file has now, once, and says what stays', async () => {
    const stays = [
      { facility: 'other', gateway: 'gw-1', sensor: 'GT-9', count: 1, why: 'FACILITY_UNKNOWN' },
      { facility: 'plant', gateway: 'gw-1', sensor: 'GT-7', count: 1, why: 'SENSOR_UNKNOWN' },
      { facility: 'plant', gateway: 'gw-1', sensor: 'GT-9', count: 2, why: 'SENSOR_UNKNOWN' },
      { facility: 'plant', gateway: 'gw-2', sensor: 'GT-8', count: 1, why: 'SENSOR_UNKNOWN' },
    ]
    const asked = async () => objects((await command('--requeue', '--json')).out)
    expect(await asked()).toEqual([{ requeued: 0, waiting: 0, stays }])
    // GT-8 now belongs to another gateway than the one that it came from.
    writePlant(`${sensor('GT-9')}, ${sensor('GT-8')}`)
    const now = [...stays.slice(0, 2), { ...stays[3], why: 'SENSOR_FOREIGN' }]
    expect(await asked()).toEqual([{ requeued: 2, waiting: 2, stays: now }])
    expect(await asked()).toEqual([{ requeued: 0, waiting: 2, stays: now }])
    expect((await command('--requeue')).out.split('\n')).toEqual([
      '0 readings requeued; 2 wait for a server that knows their sensors',
      'stays: 1 readings of GT-9 from other/gw-1: FACILITY_UNKNOWN',
      'stays: 1 readings of GT-7 from plant/gw-1: SENSOR_UNKNOWN',
      'stays: 1 readings of GT-8 from plant/gw-2: SENSOR_FOREIGN',
      '',
    ])
    expect((await command('--limit', '1')).out).toContain(
      '2 readings of GT-9 from plant/gw-1, 2 of them requeued',
    )
  })

  it('clears what is meant, with a yes', async () => {
    const { code, err } = await command('--clear')
    expect([code, err]).toEqual([2, expect.stringMatching(/^USAGE: --clear deletes for good: say --yes too/)])
    expect((await command('--clear', '--yes', '--code', 'PAYLOAD_NOT_JSON')).out).toBe('1 letters deleted\n')
    expect(objects((await command('--clear', '--yes', '--json')).out)).toEqual([{ cleared: 3 }])
    expect(objects((await command('--json')).out)).toEqual([])
    expect((await command('--clear', '--yes', '--quarantine', '--gateway', 'gw-2')).out).toBe(
      '1 quarantined readings deleted\n',
    )
    expect(objects((await command('--quarantine', '--json')).out)).toHaveLength(4)
  })

  it('is said to have nothing where nothing was refused, and makes no file', async () => {
    const empty = join(folder, 'empty.yaml')
    writeFileSync(empty, readFileSync(plant, 'utf8').replace('data"', 'none"'))
    const { code, out, err } = await run('rejects', '--config', empty, '--requeue')
    expect([code, out, err]).toEqual([0, '', 'nothing was ever refused here\n'])
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })

  it.each([
    [['--limit', '0'], 'USAGE: --limit "0": expected a whole number from 1'],
    [
      ['--since', 'yesterday'],
      'USAGE: --since "yesterday": expected a time with an offset or Z, or a duration such as 2h',
    ],
    [['--requeue', '--clear', '--yes'], 'USAGE: give one of --requeue and --clear'],
    [['surplus'], 'USAGE: unexpected argument "surplus"'],
    [['--jsno'], "USAGE: Unknown option '--jsno'"],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await command(...argv)
    expect(code).toBe(2)
    expect(err.startsWith(message)).toBe(true)
  })

  it('helps, and is found behind its options', async () => {
    expect((await run('rejects', '--help')).out).toContain('npm run ingest -- rejects')
    expect((await run('--config', plant, 'rejects', '--json')).code).toBe(0)
  })

  it('says what is wrong with the file', async () => {
    const newer = new DatabaseSync(rejects)
    newer.exec('PRAGMA user_version = 99')
    // Open, it would share its memory of the file with whoever opens it next, until it is collected.
    newer.close()
    expect((await command()).err).toMatch(/^DATA_NEWER: /)
    for (const end of ['-wal', '-shm']) rmSync(rejects + end, { force: true })
    writeFileSync(rejects, 'no database '.repeat(1_000))
    expect(await command()).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^DATA_DAMAGED: /) })
  })
})

describe('the letter of a point that the store refused', () => {
  it('has the reading and the reason of the database', () => {
    const reading = { sensor: 'GT-1', time: 5, value: 1, quality: 'good' as const }
    const series = {
      kind: 'gas',
      facility: 'plant',
      area: 'a',
      gateway: 'gw-1',
      device: 'd',
      sensor: 'GT-1',
      quantity: 'CH4',
      unit: 'ppm',
    } as const
    const { payload, ...letter } = refusedPointLetter(
      { point: { series, reading, fold: 0 }, detail: 'field type conflict' },
      NOW,
    )
    expect(letter).toEqual({
      time: NOW,
      kind: 'store',
      facility: 'plant',
      gateway: 'gw-1',
      topic: '',
      code: 'STORE_REFUSED',
      detail: 'GT-1: field type conflict',
      count: 1,
    })
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(reading)
  })
})

describe('ingest check', () => {
  it('says how many sensors foreign devices have', async () => {
    const file = join(folder, 'foreign.yaml')
    const base = `facility: { id: plant }
server: { auth: off }
gateways: [ { id: gw-1, buses: [] } ]
`
    const foreign = `foreign: [ { id: f, topic: t, sensors: [
  { id: F-1, kind: gas, unit: ppm, path: $.a }, { id: F-2, kind: gas, unit: ppm, path: $.b, retired: true } ] } ]
`
    writeFileSync(file, base)
    expect((await run('check', '--config', file)).out).toBe(
      `${file}: ok, plant: 1 gateways, 0 sensors, 0 alarms\n`,
    )
    writeFileSync(file, base + foreign)
    expect((await run('check', '--config', file)).out).toBe(
      `${file}: ok, plant: 1 gateways, 1 sensors (1 of 1 foreign devices), 1 alarms\n`,
    )
    expect(JSON.parse((await run('check', '--config', file, '--json')).out)).toMatchObject([
      { foreignDevices: 1, foreignSensors: 1, sensors: 1 },
    ])
  })
})

describe('what is shown to people', () => {
  it('is on one line and without what a terminal obeys, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
    expect(printable('浓度 12 %LEL ü')).toBe('浓度 12 %LEL ü')
  })

  it('comes back whole from JSON, whatever came', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (payload, text) => {
        const letter = {
          time: 1,
          kind: 'message' as const,
          facility: 'f',
          gateway: 'g',
          topic: text,
          code: 'READING_INVALID' as const,
          detail: text,
          count: 1,
          payload,
          size: payload.length,
        }
        const line = letterJson(letter)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        const back = JSON.parse(line) as Record<string, unknown>
        expect(back).toMatchObject({ topic: text, detail: text, size: payload.length })
        expect([...Buffer.from(String(back.payload), 'base64')]).toEqual([...payload])
      }),
    )
  })
})
