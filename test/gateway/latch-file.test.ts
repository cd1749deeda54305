import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { LatchBook } from '../../gateway/quality/latch-book.ts'
import { LatchFile } from '../../gateway/quality/latch-file.ts'
import { SensorJudge } from '../../gateway/quality/sensor-judge.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { sensor } from './plant.ts'

describe('the file of the latches', () => {
  let path: string
  let errors: string[]

  beforeEach(() => {
    path = join(temporaryFolder(), 'data', 'gw-1.db.latches.json')
    errors = []
  })

  function open(): { book: LatchBook; file: LatchFile } {
    const logger: Logger = { ...silentLogger, error: (_fields, message) => void errors.push(message) }
    const book: LatchBook = new LatchBook(() => file.touch())
    const file = new LatchFile({ path, closed: () => book.closed(), logger })
    return { book, file }
  }

  it('holds what is closed, and is not there before anything is', async () => {
    const first = open()
    expect(await first.file.load()).toEqual([])
    first.book.set('A', 'latched')
    first.book.set('B', 'latched')
    first.book.set('B', 'calibrated')
    first.book.set('C', 'latched')
    first.book.set('C', 'open')
    await first.file.close()
    expect(await open().file.load()).toEqual([
      ['A', 'latched'],
      ['B', 'calibrated'],
    ])
    expect(readdirSync(join(path, '..'))).toEqual(['gw-1.db.latches.json'])
    expect(errors).toEqual([])
  })

  it('goes on as it was when it is read again, and opens by what opens a latch', async () => {
    const first = open()
    const judge = new SensorJudge(sensor({ id: 'A', plausibility: { overRangeAt: 100 } }), first.book)
    const good = { at: 0, status: { kind: 'good' }, isDeviceFrozen: false } as const
    judge.judge({ ...good, decoded: { ok: true, raw: 101 } })
    await first.file.close()

    const second = open()
    second.book.restore(await second.file.load())
    const again = new SensorJudge(sensor({ id: 'A', plausibility: { overRangeAt: 100 } }), second.book)
    expect(again.judge({ ...good, decoded: { ok: true, raw: 5 } }).reason).toBe('over-range-latched')
    // The file does not ask for it any more.
    const unlatched = new SensorJudge(sensor({ id: 'A' }), second.book)
    expect(unlatched.judge({ ...good, decoded: { ok: true, raw: 5 } }).quality).toBe('good')
    expect(again.release()).toBe(true)
    await second.file.close()
    expect(await open().file.load()).toEqual([])
  })

  it.each([
    '',
    'no json',
    '{"version":2,"latches":{}}',
    '{"version":1,"latches":null}',
    '{"version":1,"latches":{"A":"ajar"}}',
  ])('that says %j is told of, and nothing is latched', async (text) => {
    mkdirSync(join(path, '..'))
    writeFileSync(path, text)
    expect(await open().file.load()).toEqual([])
    expect(errors).toEqual(['the over-range latches cannot be read: a restart would open them'])
  })

  it('that cannot be written is told of once', async () => {
    writeFileSync(join(path, '..').replace(/\/data$/, '/data'), 'a file in the place of the folder')
    const { book, file } = open()
    for (const id of ['A', 'B', 'C']) {
      book.set(id, 'latched')
      await vi.waitFor(() => expect(errors).toHaveLength(1))
    }
    rmSync(join(path, '..'))
    await file.close()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ latches: { A: 'latched', C: 'latched' } })
  })
})
