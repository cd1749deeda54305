import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, expect, test } from 'vitest'
import { ReserveFile } from '../../alerting/journal/reserve-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const BYTES = 3 << 20
let path: string

beforeEach(() => {
  path = join(temporaryFolder(), 'reserve')
})

test('takes up its room for certain: no hole, and nothing that could be made smaller', async () => {
  const reserve = new ReserveFile({ path, bytes: BYTES })
  expect(reserve.isThere).toBe(false)
  expect(await reserve.restore()).toBe(true)
  expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(BYTES)
  expect(gzipSync(readFileSync(path).subarray(0, 1 << 20)).length).toBeGreaterThan(1_000_000)
})

test('is left alone by the next start, and made anew when it is not whole', async () => {
  const start = async () => {
    expect(await new ReserveFile({ path, bytes: BYTES }).restore()).toBe(true)
    const { ino, size } = statSync(path)
    expect(size).toBe(BYTES)
    return ino
  }
  const first = await start()
  expect(await start()).toBe(first)
  truncateSync(path, BYTES - 1)
  expect(await start()).not.toBe(first)
  // As large, and all of it a hole.
  truncateSync(path, 0)
  truncateSync(path, BYTES)
  await start()
  expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(BYTES)
})

test('is given away, also when somebody else removed it, and made again', async () => {
  const reserve = new ReserveFile({ path, bytes: BYTES })
  await reserve.restore()
  await reserve.release()
  expect(reserve.isThere).toBe(false)
  await reserve.release()
  expect(await reserve.restore()).toBe(true)
})

test('is not made where there is no room to spare', async () => {
  const reserve = new ReserveFile({ path, bytes: 2 ** 50 })
  expect(await reserve.restore()).toBe(false)
})

test('leaves no half of it behind when it cannot be made', async () => {
  writeFileSync(path, '')
  const reserve = new ReserveFile({ path: join(path, 'reserve'), bytes: BYTES })
  await expect(reserve.restore()).rejects.toThrow()
  expect(reserve.isThere).toBe(false)
})
