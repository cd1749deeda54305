import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import { StateThreads } from '../../alerting/journal/state-threads.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { evidenceBatch, smallFacility } from '../alerting/alarm-fixtures.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const MOUNT = '/usr/bin/mount'
const unlessMount = unlessReal(MOUNT)
const isRoot = process.getuid?.() === 0
const DISK = '12m'
const RESERVE = 1 << 20

if (!unlessMount.skip && !isRoot)
  throw new Error('only root can mount a small disk, and DAVYLAMP_REAL is required')

describe.skipIf(unlessMount.skip)(`a disk that is full${unlessMount.reason}`, () => {
  let disk: string
  let states: StateThreads
  let service: AlarmService
  let told: string[]
  let reserve: boolean[]
  let time: number

  beforeEach(async () => {
    disk = join(temporaryFolder(), 'disk')
    mkdirSync(disk)
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk])
    told = []
    reserve = []
    time = systemClock.wall()
    states = await StateThreads.open({
      folder: join(disk, 'data'),
      logger: silentLogger,
      onReserve: (isThere) => reserve.push(isThere),
      reserveBytes: RESERVE,
    })
    await vi.waitFor(() => expect(reserve).toEqual([true]))
    service = await AlarmService.start({
      facility: smallFacility(),
      states,
      clock: new SteadyClock(systemClock),
      tell: ({ seq, event, alarm }) => told.push(`${seq ?? '-'} ${alarm.id} ${event}`),
      logger: silentLogger,
    })
  })
  afterEach(async () => {
    await service.stop()
    await states.close()
    execFileSync('/usr/bin/umount', [disk])
  })

  /** T-1 goes beyond its limit, or returns; resolves with whether the journal has it. */
  async function move(value: 25 | 5): Promise<boolean> {
    time += 1_000
    const readings = [{ sensor: 'T-1', time, value, quality: 'good' as const }]
    return service.evaluate(evidenceBatch({ readings }), 0).then(
      () => true,
      () => false,
    )
  }

  /** Takes all the room that is left. */
  function fill(): void {
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize, 1))
  }

  async function journal(): Promise<string[]> {
    const items = await states.after(0, 10_000)
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => index + 1))
    return items.map(({ seq, alarm, event }) => `${seq} ${alarm.id} ${event}`)
  }

  test('the alarm is told at once, the reserve given away, and every transition entered once and in order', async () => {
    expect(await move(25)).toBe(true)
    fill()
    // What SQLite has of its own file is used up first.
    let moves = 1
    for (; (await move(moves % 2 === 0 ? 25 : 5)) && moves < 1_000; moves++);
    moves += 1
    expect(told.slice(-2)).toEqual([expect.stringMatching(/^- T-1\.H/), '- sys.journal.FAIL raised'])
    expect(service.view('sys.journal.FAIL')).toMatchObject({ state: 'UNACK', journalled: false })
    expect(reserve).toEqual([true, false])
    expect(existsSync(join(disk, 'data', 'reserve'))).toBe(false)

    // The next try succeeds with the room of the reserve, though nobody freed any.
    await vi.waitFor(() => expect(service.view('sys.journal.FAIL')?.journalled).toBe(true), 5_000)
    await vi.waitFor(() => expect(service.view('sys.journal.FAIL')?.state).toBe('RTNUN'), 5_000)
    expect(await move(moves % 2 === 0 ? 25 : 5)).toBe(true)
    moves += 1

    // Then that is used up too: nothing is lost while somebody is on the way to free the disk.
    const failed: boolean[] = []
    for (; failed.length < 20 && moves < 3_000; moves++)
      if (!(await move(moves % 2 === 0 ? 25 : 5))) failed.push(true)
    expect(failed).toHaveLength(20)
    expect(told.slice(-1)).toEqual([expect.stringMatching(/^- T-1\.H/)])
    truncateSync(join(disk, 'filler'), 0)
    rmSync(join(disk, 'filler'))
    await vi.waitFor(() => expect(service.view('T-1.H')?.journalled).toBe(true), 5_000)
    await vi.waitFor(() => expect(reserve).toEqual([true, false, true]), { timeout: 60_000, interval: 200 })

    const entered = await journal()
    const expected = Array.from({ length: moves }, (_, index) => (index % 2 === 0 ? 'raised' : 'returned'))
    const own = entered.filter((entry) => entry.includes(' T-1.H '))
    expect(own.map((entry) => entry.split(' ')[2])).toEqual(expected)
    expect(told.filter((entry) => !entry.startsWith('-'))).toEqual(entered)
  })
})
