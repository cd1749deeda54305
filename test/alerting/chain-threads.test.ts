import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { MIN_RETENTION_MS, parseHead } from '../../alerting/journal/chain.ts'
import {
  headClaim,
  isSigned,
  makeKeyPair,
  readPublicKey,
  readSigningKey,
  segmentClaim,
} from '../../alerting/journal/signing.ts'
import { StateThreads, type StateThreadsOptions } from '../../alerting/journal/state-threads.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { plantWith } from '../contracts/plant-text.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { commitOf, entriesOf, entryOf } from './state-entries.ts'
import { VERSION_1 } from './state-version-1.ts'

const keys = makeKeyPair()
const opened: StateThreads[] = []
const said: string[] = []
const logger: Logger = {
  ...silentLogger,
  info: (fields, message) => void said.push(`${message} ${JSON.stringify(fields)}`),
}

afterEach(async () => {
  for (const states of opened.splice(0)) await states.close()
  said.splice(0)
})

async function open(folder: string, over: Partial<StateThreadsOptions> = {}): Promise<StateThreads> {
  const options = { folder, logger, onReserve: () => undefined, reserveBytes: 4_096, ...over }
  const states = await StateThreads.open(options)
  opened.push(states)
  return states
}

function many(count: number) {
  const [raise] = entriesOf()
  if (raise === undefined) throw new Error('an entry expected')
  return Array.from({ length: count }, (_, index) => entryOf(raise, `S-${index}.H`, 1))
}

describe('the chain behind two threads', () => {
  test('is published signed, sealed signed, dropped for its age, and closed with a line of the log', async () => {
    const folder = temporaryFolder()
    const states = await open(folder, { signingKey: keys.privateKey })
    await states.commit(commitOf(many(10_002)))
    const [published, none] = await states.publishedHeads(['plant', 'other'], 77)
    expect(none).toMatchObject({ facility: 'other', n: 0 })
    const { head = '', signature = '' } = published ?? {}
    const publicKey = join(folder, 'key.pub')
    writeFileSync(publicKey, keys.publicKey)
    const key = readPublicKey(publicKey)
    const found = parseHead(head) ?? { n: 0, hash: '' }
    expect(found.n).toBe(10_002)
    expect(isSigned(headClaim('plant', found, 77), signature, [key])).toBe(true)
    expect(isSigned(headClaim('plant', found, 78), signature, [key])).toBe(false)
    expect(isSigned(headClaim('other', found, 77), signature, [key])).toBe(false)

    const file = new DatabaseSync(join(folder, 'state.db'), { readOnly: true })
    const [row] = file.prepare('SELECT * FROM journal_segment').all()
    const [first, last, sealed] = [Number(row?.first), Number(row?.last), Number(row?.sealed)]
    const segment = { first, last, sealed, previous: String(row?.previous), head: String(row?.head) }
    expect(segment).toMatchObject({ first: 1, last: 10_000, sealed: 5_000 })
    expect(isSigned(segmentClaim('plant', segment), String(row?.signature), [key])).toBe(true)

    expect(await states.dropSegments(5_000, MIN_RETENTION_MS * 2)).toBe(0)
    expect(await states.dropSegments(5_001, MIN_RETENTION_MS * 2)).toBe(10_000)
    expect(said).toContain(
      `a segment of the journal is past its retention {"facility":"plant","first":1,"last":10000,"head":"10000:${segment.head}"}`,
    )
    expect(file.prepare('SELECT count(*) AS count FROM journal').get()?.count).toBe(2)
    file.close()
    await opened.pop()?.close()
    expect(said.at(-1)).toBe(`the journal is closed with this head {"facility":"plant","head":"${head}"}`)
  })

  test('of an older file is made as the server starts, and the log says how far it is', async () => {
    const folder = temporaryFolder()
    const file = new DatabaseSync(join(folder, 'state.db'))
    file.exec(VERSION_1)
    file.exec("INSERT INTO journal VALUES (1, 'T-1.H#1', 'plant', 1, 'T-1', 'T-1.H', '{}')")
    file.close()
    const states = await open(folder)
    expect(said).toEqual([
      'entries of an older release are linked into the chain of the journal {"chained":1,"of":1}',
    ])
    expect(await states.heads(['plant'])).toMatchObject([{ n: 1, recorded: null }])
  })
})

describe('the key of the server', () => {
  const folder = temporaryFolder()
  const read = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    const end = `server: { journal: { signingKeyFile: ${name} } }\n`
    return readSigningKey(parseFacility(plantWith({}, end), join(folder, 'plant.yaml')))
  }

  test('is found beside the facility file', () => {
    expect(read('key.pem', keys.privateKey)?.trim()).toBe(keys.privateKey.trim())
    expect(readSigningKey(parseFacility(plantWith({}), join(folder, 'plant.yaml')))).toBeUndefined()
  })

  test.each([
    ['a public key', keys.publicKey, /SIGNING_KEY_INVALID.*odd\.pem/],
    ['no key', 'hello', /SIGNING_KEY_INVALID.*odd\.pem/],
    ['nothing', '', /SECRET_UNREADABLE.*odd\.pem/],
  ])('that is %s is refused at the start', (_name, text, refusal) => {
    expect(() => read('odd.pem', text)).toThrow(refusal)
  })
})
