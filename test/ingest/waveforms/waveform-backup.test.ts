import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Terminal } from '../../../contracts/cli.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { type BackUp, backupCommand } from '../../../ingest/commands/backup.ts'
import { WaveformShelf } from '../../../ingest/waveforms/waveform-shelf.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { plant } from '../plant.ts'
import { directReader } from './direct-reader.ts'
import { headOf, miniseedOf, shakingWave } from './shaking.ts'

const ONSET = Date.parse('2026-11-21T02:00:00.250Z')
const report = { bytes: 4_096, schema: 3, rows: { journal: 5 } }
const stateOnly: BackUp = async ({ file }) => {
  writeFileSync(file, 'state')
  return { file, ...report }
}

function shelfIn(data: string, facility: string): Promise<WaveformShelf> {
  return WaveformShelf.open({
    folder: join(data, 'waveforms', facility),
    reader: directReader,
    logger: silentLogger,
  })
}

async function serverData(): Promise<string> {
  const data = temporaryFolder()
  for (const facility of ['plant', 'other']) {
    const shelf = await shelfIn(data, facility)
    for (const onset of [ONSET, ONSET + 60_000])
      await shelf.add(headOf('panel', onset), {
        gateway: 'gw-1',
        miniseed: miniseedOf(shakingWave(onset)),
        received: onset,
      })
  }
  return data
}

async function backUp(data: string, file: string, by: BackUp = stateOnly, given: { json?: boolean } = {}) {
  const lines: string[] = []
  const stopped = new Promise<never>(() => undefined)
  const terminal = { out: (text: string) => lines.push(text), err: () => undefined, stopped }
  const facility: Facility = { ...plant(), server: { ...plant().server, data } }
  const command = { facilities: [facility], files: [file], json: given.json ?? false }
  const code = await backupCommand(terminal as unknown as Terminal, command, by)
  return { code, text: lines.join('') }
}

test('events are copied beside the state, and the copy is what a new server goes on with', async () => {
  const data = await serverData()
  writeFileSync(join(data, 'waveforms', 'plant', 'panel-20261121T030000000Z.mseed.part'), 'half')
  const folder = temporaryFolder()
  const { code, text } = await backUp(data, join(folder, 'copy.db'))
  expect(code).toBe(0)
  const bytes = 4 * miniseedOf(shakingWave(ONSET)).length
  expect(text).toContain(`${join(folder, 'copy.waveforms')}: 4 seismic events, ${bytes} bytes\n`)
  expect(readdirSync(folder).toSorted()).toEqual(['copy.db', 'copy.waveforms'])
  const restored = temporaryFolder()
  renameSync(join(folder, 'copy.waveforms'), join(restored, 'waveforms'))
  for (const facility of ['plant', 'other']) {
    const [was, is] = [await shelfIn(data, facility), await shelfIn(restored, facility)]
    expect(is.list({ limit: 9 })).toEqual(was.list({ limit: 9 }))
    for (const { id } of was.list({ limit: 9 }).items)
      expect(await is.miniseed(id)).toEqual(await was.miniseed(id))
  }
})

test('with --json it is part of the report; without events there is none', async () => {
  const file = join(temporaryFolder(), 'copy.db')
  const some = JSON.parse((await backUp(await serverData(), file, stateOnly, { json: true })).text) as object
  expect(some).toMatchObject({ ...report, waveforms: { events: 4 } })
  const none = await backUp(temporaryFolder(), `${file}2`, stateOnly, { json: true })
  expect(JSON.parse(none.text)).toEqual({ file: `${file}2`, ...report })
})

test('what exists is never overwritten, and nothing is begun', async () => {
  const data = await serverData()
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'copy.waveforms'))
  await expect(backUp(data, join(folder, 'copy.db'))).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
  expect(readdirSync(folder)).toEqual(['copy.waveforms'])
})

test('when the copy of the state fails, none of the events is left', async () => {
  const data = await serverData()
  const folder = temporaryFolder()
  const failing: BackUp = async () => {
    expect(existsSync(join(folder, 'copy.waveforms.part'))).toBe(true)
    throw new CodedError('BACKUP_FAILED', 'disk')
  }
  await expect(backUp(data, join(folder, 'copy.db'), failing)).rejects.toMatchObject({
    code: 'BACKUP_FAILED',
  })
  expect(readdirSync(folder)).toEqual([])
})

test('what the server removes while it is copied is left out', async () => {
  const data = await serverData()
  // Its head was listed, and its samples are gone.
  rmSync(join(data, 'waveforms', 'plant', `${headOf('panel', ONSET).id}.mseed`))
  const { text } = await backUp(data, join(temporaryFolder(), 'copy.db'))
  expect(text).toContain('3 seismic events')
})
