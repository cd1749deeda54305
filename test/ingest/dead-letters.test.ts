import { describe, expect, it } from 'vitest'
import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'

function letter(n: number, over: object = {}) {
  return {
    time: n,
    topic: 't',
    code: 'READING_INVALID' as const,
    detail: `no ${n}`,
    count: 1,
    payload: Buffer.from('{'),
    ...over,
  }
}

describe('dead letters', () => {
  it('keep the newest, oldest first, and count all', () => {
    const letters = new DeadLetters(3)
    for (let n = 1; n <= 10; n++) letters.add(letter(n))
    letters.add(letter(11, { code: 'SENSOR_UNKNOWN', count: 40 }))
    expect(letters.list().map(({ time }) => time)).toEqual([9, 10, 11])
    expect([...letters.counts]).toEqual([
      ['READING_INVALID', 10],
      ['SENSOR_UNKNOWN', 40],
    ])
  })

  it('are bounded in size, whatever topic and payload', () => {
    const letters = new DeadLetters()
    const long = 'x'.repeat(65_000)
    letters.add(letter(1, { topic: long, detail: long, payload: Buffer.from(long) }))
    const [kept] = letters.list()
    expect(kept?.topic).toHaveLength(200)
    expect(kept?.detail).toHaveLength(200)
    expect(kept?.payload).toHaveLength(200)
  })

  it('show a payload that is no text without failing', () => {
    const letters = new DeadLetters()
    letters.add(letter(1, { payload: Buffer.from([0xff, 0x00, 0xfe, 0x1b]) }))
    expect(letters.list()[0]?.payload).toHaveLength(4)
  })
})
