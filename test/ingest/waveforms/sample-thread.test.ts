import { expect, test } from 'vitest'
import { SampleThread } from '../../../ingest/waveforms/sample-reader.ts'
import { directReader } from './direct-reader.ts'
import { headOf, miniseedOf, shakingWave } from './shaking.ts'

const ONSET = 1_795_000_000_250

test('a thread reads samples as one reads them oneself, and can be closed at any time', async () => {
  const thread = new SampleThread()
  await thread.close()
  const miniseed = miniseedOf(shakingWave(ONSET))
  const head = headOf('SM-1', ONSET)
  expect(await thread.problem(miniseed, head)).toBeUndefined()
  expect(await thread.problem(miniseed, { ...head, rate: 50 })).toBe('another rate')
  expect(await thread.envelope(miniseed, 80)).toEqual(await directReader.envelope(miniseed, 80))
  await expect(thread.envelope(miniseed.subarray(0, 512), 80)).rejects.toMatchObject({
    code: 'MINISEED_INVALID',
  })
  await thread.close()
  expect(await thread.problem(miniseed, head)).toBeUndefined()
  await thread.close()
})
