import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MIN_RETENTION_MS } from '../../alerting/journal/chain.ts'
import { journalCommand } from '../../alerting/journal/journal-command.ts'
import { headClaim, makeKeyPair, signer } from '../../alerting/journal/signing.ts'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { JournalScene } from './journal-scene.ts'

const keys = makeKeyPair()
let scene: JournalScene
let folder: string
let config: string

beforeEach(() => {
  scene = new JournalScene({ segmentEntries: 4, sign: signer(keys.privateKey) })
  folder = temporaryFolder()
  config = join(folder, 'plant.yaml')
  writeFileSync(
    config,
    `facility: { id: plant, timezone: Asia/Shanghai }
server: { data: ${JSON.stringify(scene.folder)} }
gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [
  { id: T-1, kind: gas, unit: ppm, register: { address: 1 } } ] } ] } ] } ]
`,
  )
})
afterEach(() => scene.close())

/** Three seconds pass between any two looks at the clock. */
let now = 0
const clock: Clock = { wall: () => 0, monotonic: () => (now += 3_000) }

async function journal(argv: string[], over: { stdin?: string; stopped?: boolean } = {}) {
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
    stopped: over.stopped === true ? Promise.resolve() : new Promise(() => undefined),
  }
  const stdin = Readable.from([over.stdin ?? ''])
  const code = await runCommand(terminal, () => journalCommand(terminal, { clock, stdin }))
  return { code, ...said }
}

const verify = (...argv: string[]) => journal(['verify', '--config', config, ...argv])

/** A new file with this text. */
let files = 0
function fileOf(text: string): string {
  files += 1
  const path = join(folder, `file-${files}`)
  writeFileSync(path, text)
  return path
}

describe('verify', () => {
  test('says what is proven, while the server is at work, and what is not', async () => {
    expect(await verify()).toEqual({
      code: 0,
      out: 'plant: no entries\n  no anchor: whether entries were cut off at the end, or all were made anew, cannot be proven\n',
      err: '',
    })
    scene.enter(6)
    const { head } = scene.check()
    const { code, out, err } = await verify()
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`plant: entries 1 to 6 are as they were entered, head ${head}\n`)
    expect(out).toContain(
      'no anchor: whether entries were cut off at the end, or all were made anew, cannot be',
    )
    expect((await verify('--anchor', head)).out).toContain(
      '  complete: the anchor is entry 6, the last there is\n',
    )
    scene.enter(1)
    expect(await verify('--anchor', head)).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        'complete up to the anchor, entry 6; whether the end was cut off after it cannot be proven',
      ),
    })
  })

  test('says what is wrong and where', async () => {
    scene.enter(6)
    const { head } = scene.check()
    scene.hand.exec("UPDATE journal SET body = '{}' WHERE seq = 3; DELETE FROM journal WHERE seq = 5")
    expect(await verify('--anchor', head)).toEqual({
      code: 1,
      out:
        'plant: BROKEN, 2 things are wrong, the first at entry 3\n' +
        '  entry 3 (seq 3, 1970-01-01T00:00:01.000Z): it is not as it was entered\n' +
        '  entry 5 (seq 5): it is not in the journal any more\n' +
        '  the anchors prove nothing, since something is wrong before them\n',
      err: '',
    })
    const { code, out } = await verify('--json')
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      {
        ok: false,
        facilities: [{ facility: 'plant', ok: false, count: 2, flaws: [{ kind: 'changed', n: 3 }, {}] }],
      },
    ])
  })

  test('misses a facility that ought to be there, and one that an anchor names', async () => {
    scene.enter(2, { facility: 'other' })
    const head = scene.check({}, 'other').head
    const { out } = await verify()
    expect(out).toContain('plant: no entries\n')
    expect(out).toContain('other: entries 1 to 2 are')
    expect(await verify('--anchor', head)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--facility'),
    })
    expect((await verify('--anchor', head, '--facility', 'other')).code).toBe(0)
    const gone = await verify('--anchor', JSON.stringify({ facility: 'gone', head }))
    expect(gone).toMatchObject({ code: 1, out: expect.stringContaining('gone: BROKEN') })
    expect(gone.out).toContain('entry 1: entries 1 to 2 were there once')
  })

  test('takes what was dropped for its age as dropped', async () => {
    scene.enter(6)
    scene.writer.markSegments(10_000, MIN_RETENTION_MS + 10_000)
    const { code, out } = await verify('--anchor', `2:${'a'.repeat(64)}`)
    expect(code).toBe(0)
    expect(out).toContain('plant: entries 5 to 6 are as they were entered')
    expect(out).toContain('entries up to 4 were dropped for their age; the rest is verified from there')
    expect(out).toContain('anchors within what was dropped, which prove nothing any more: 1')
  })

  test('checks the signatures of segments and of anchors', async () => {
    scene.enter(9)
    const publicKey = fileOf(keys.publicKey)
    const signed = await verify('--public-key', publicKey)
    expect(signed).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 of 2 segments are signed with a key given'),
    })
    const other = fileOf(makeKeyPair().publicKey)
    expect((await verify('--public-key', other)).out).toContain('has a signature of none of the keys')
    expect((await verify('--public-key', other, '--public-key', publicKey)).code).toBe(0)

    const { head } = scene.check()
    const [n = '', hash = ''] = head.split(':')
    const signature = signer(keys.privateKey)?.(headClaim('plant', { n: Number(n), hash }, 77))
    const published = (time: number) => JSON.stringify({ head, n: Number(n), time, signature })
    expect((await verify('--public-key', publicKey, '--anchor', published(77))).code).toBe(0)
    expect(await verify('--public-key', publicKey, '--anchor', published(78))).toMatchObject({
      code: 1,
      out: expect.stringContaining('the anchor has a signature of none of the keys'),
    })
    const line = JSON.stringify({ level: 30, time: 1, facility: 'plant', head, published: 77, signature })
    expect((await verify('--public-key', publicKey, '--anchor', line)).code).toBe(0)

    scene.hand.exec('UPDATE journal_segment SET signature = NULL WHERE last = 8')
    expect((await verify()).code).toBe(0)
    expect((await verify('--public-key', publicKey)).out).toContain('is not signed, and one before it is')
    expect((await verify('--public-key', fileOf(keys.privateKey))).err).toContain('SIGNING_KEY_INVALID')
    expect((await verify('--public-key', fileOf('no key'))).err).toContain('SIGNING_KEY_INVALID')
  })

  test('tells how far it is when it takes long, and stops when it is told to', async () => {
    scene.enter(1_200)
    const { code, err } = await verify()
    expect([code, err]).toEqual([0, 'plant: 500 of 1200 entries\nplant: 1000 of 1200 entries\n'])
    const stopped = await journal(['verify', '--config', config], { stopped: true })
    expect(stopped).toEqual({ code: 1, out: '', err: 'plant: stopped after 500 entries\n' })
  })

  test.each([
    ['no command', []],
    ['an unknown command', ['prove']],
    ['no facility file', ['verify']],
    ['an anchor that is none', ['verify', '--database', 'x', '--anchor', '1:abc']],
    ['JSON that is no anchor', ['verify', '--database', 'x', '--anchor', '{"n":1}']],
    ['an export and a database', ['verify', '--input', 'x', '--database', 'y']],
    ['an output', ['verify', '--database', 'x', '--output', 'y']],
    ['a surplus word', ['verify', 'everything', '--database', 'x']],
    ['an anchor for an export', ['export', '--database', 'x', '--anchor', `1:${'0'.repeat(64)}`]],
    ['a key without a file', ['key']],
    ['an unknown option', ['verify', '--proof']],
  ])('%s is bad usage', async (_name, argv) => {
    expect(await journal(argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('USAGE') })
  })

  test('a database that is not there, or has no chain', async () => {
    const missing = await journal(['verify', '--database', join(folder, 'none.db')])
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('DATA_MISSING') })
    const damaged = await journal(['verify', '--database', fileOf('no database, and long enough'.repeat(50))])
    expect(damaged).toMatchObject({ code: 1, err: expect.stringContaining('DATA_DAMAGED') })
    scene.hand.exec('DROP TABLE journal_unchained')
    expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('JOURNAL_UNCHAINED') })
  })

  test('helps', async () => {
    expect(await journal(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('--anchor HEAD'),
    })
  })
})

describe('export', () => {
  const exported = async (...argv: string[]) => (await journal(['export', '--config', config, ...argv])).out
  const check = (text: string, ...argv: string[]) =>
    journal(['verify', '--input', '-', ...argv], { stdin: text })

  test('is verified without a database, with and without an anchor', async () => {
    scene.enter(6)
    const { head } = scene.check()
    const output = join(folder, 'journal.ndjson')
    const { code, out, err } = await journal(['export', '--config', config, '--output', output])
    expect([code, out, err]).toEqual([0, '', `plant: 6 entries, head ${head}\n`])
    const text = readFileSync(output, 'utf8')
    expect(text).toBe(await exported())
    const [header = '', first = ''] = text.split('\n')
    expect(JSON.parse(header)).toMatchObject({
      format: 'davylamp-journal',
      version: 1,
      facility: 'plant',
      head,
    })
    expect(JSON.parse(JSON.parse(first).body)).toMatchObject({ event: 'raised' })
    const verified = await journal(['verify', '--input', output, '--anchor', head])
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringContaining('complete: the anchor is entry 6'),
    })
    expect((await check(text, '--public-key', fileOf(keys.publicKey))).code).toBe(0)
    const again = await journal(['export', '--config', config, '--output', output])
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('EXPORT_FAILED') })
    expect(readFileSync(output, 'utf8')).toBe(text)
  })

  test('of what retention left begins there', async () => {
    scene.enter(6)
    scene.writer.markSegments(10_000, MIN_RETENTION_MS + 10_000)
    const text = await exported()
    expect(text.split('\n')).toHaveLength(1 + 2 + 1)
    expect(await check(text)).toMatchObject({ code: 0, out: expect.stringContaining('entries 5 to 6 are') })
  })

  test('with any byte of an entry changed is found', async () => {
    scene.enter(1)
    const [header = '', ...lines] = (await exported()).split('\n')
    const body = Buffer.from(lines.join('\n'))
    // A line feed less at the end is the same file.
    for (let at = 0; at < body.length - 1; at++) {
      const forged = Buffer.from(body)
      forged[at] = (forged[at] ?? 0) ^ 0x04
      const { code } = await check(`${header}\n${forged}`)
      expect(code, `byte ${at}`).toBe(1)
    }
    expect((await check(`${header}\n${body}`)).code).toBe(0)
  })

  test('with lines taken out, put elsewhere, cut off or of another plant is found', async () => {
    scene.enter(6)
    const lines = (await exported()).trimEnd().split('\n')
    const found = async (list: string[]) => (await check(`${list.join('\n')}\n`)).code
    expect(await found(lines)).toBe(0)
    for (let at = 1; at < lines.length; at++) {
      expect(await found(lines.toSpliced(at, 1)), `without ${at}`).toBe(1)
      const [line = ''] = lines.slice(at)
      expect(await found(lines.toSpliced(at, 0, line)), `${at} twice`).toBe(1)
      if (at > 1) expect(await found(lines.toSpliced(at, 1).toSpliced(1, 0, line)), `${at} first`).toBe(1)
    }
    expect(await found(lines.slice(0, 4))).toBe(1)
    expect(await found(lines.slice(1))).toBe(1)
    expect(await found([])).toBe(1)
    const [header = '', ...rest] = lines
    expect(await found([header.replace('"plant"', '"other"'), ...rest])).toBe(1)
    expect(await found([header.replace('"version":1', '"version":2'), ...rest])).toBe(1)
    expect((await check(`${lines.join('\n')}\n`, '--facility', 'other')).code).toBe(2)
    expect(await journal(['verify', '--input', join(folder, 'none')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('EXPORT_INVALID'),
    })
  })

  test('of a journal that lacks an entry says so, and so does its check', async () => {
    scene.enter(3)
    scene.hand.exec('DELETE FROM journal WHERE seq = 2')
    const { code, out, err } = await journal(['export', '--config', config])
    expect([code, err]).toEqual([1, expect.stringContaining('that are not in the journal any more: 1')])
    expect(await check(out)).toMatchObject({
      code: 1,
      out: expect.stringContaining('entry 2: it is not there'),
    })
  })

  test('asks which facility, where there are several', async () => {
    scene.enter(1, { facility: 'other' })
    expect(await journal(['export', '--config', config])).toMatchObject({ code: 2 })
    expect((await exported('--facility', 'other')).split('\n')).toHaveLength(3)
    expect(await journal(['export', '--config', config, '--facility', 'none'])).toMatchObject({ code: 2 })
  })
})

test('a key is made where none was, for the server alone', async () => {
  const file = join(folder, 'key.pem')
  const { code, out } = await journal(['key', file])
  expect([code, out]).toEqual([0, expect.stringContaining('BEGIN PUBLIC KEY')])
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(signer(readFileSync(file, 'utf8'))).toBeDefined()
  expect((await journal(['key', file])).err).toContain('EXPORT_FAILED')
  expect(existsSync(file)).toBe(true)
})
