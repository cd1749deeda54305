import { describe, expect, test } from 'vitest'
import { Words } from '../../dashboards/console/src/language.ts'
import { DISCARDS } from '../../gateway/drivers/driver.ts'

/** The console has its own words for them, since it imports nothing from the gateway. */
describe('frames that were not taken for an answer', () => {
  test.each(Object.keys(DISCARDS))('%s has words in both languages', (kind) => {
    const [english, chinese] = [new Words('en').discard(kind), new Words('zh').discard(kind)]
    expect(chinese).not.toBe(kind)
    expect(chinese).not.toBe(english)
  })

  test('a kind of another release is shown as it came', () => {
    expect(new Words('en').discard('new-kind')).toBe('new-kind')
  })
})
