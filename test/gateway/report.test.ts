import { describe, expect, it } from 'vitest'
import { PROCESS_CLASS } from '../../contracts/alarm-class.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'
import type { Condition } from '../../contracts/facility-words.ts'
import type { Reading } from '../../contracts/reading.ts'
import { isWorthSending } from '../../gateway/quality/report.ts'

function alarm(when: Condition, limit: number, deadband = 0): AlarmConfig {
  return {
    id: 'S-1.A',
    key: 'A',
    sensor: 'S-1',
    when,
    limit,
    deadband,
    onDelayMs: 0,
    offDelayMs: 0,
    priority: 'high',
    latching: false,
    onBad: 'freeze',
    class: PROCESS_CLASS,
  }
}

function good(value: number, time = 0): Reading {
  return { sensor: 'S-1', time, value, quality: 'good' }
}

const rules = (deadband: number, ...alarms: AlarmConfig[]) => ({
  report: { deadband, maxIntervalMs: 1_000 },
  pollMs: 100,
  alarms,
})

describe('isWorthSending', () => {
  const silent: Reading = { sensor: 'S-1', time: 0, quality: 'bad', reason: 'timeout' }
  const cases: [string, ReturnType<typeof rules>, Reading | undefined, Reading, boolean][] = [
    ['the first sample', rules(1), undefined, good(5), true],
    ['an equal value', rules(0), good(5), good(5, 1), false],
    ['any change when the deadband is 0', rules(0), good(5), good(5.0000001, 1), true],
    ['a move of exactly the deadband', rules(1), good(5), good(6, 1), false],
    ['a move of more', rules(1), good(5), good(6.01, 1), true],
    ['a move down of more', rules(1), good(5), good(3.99, 1), true],
    ['when the next poll is still in time', rules(1), good(5), good(5, 900), false],
    ['when the next poll would be too late', rules(1), good(5), good(5, 901), true],
    ['at maxInterval', rules(1), good(5), good(5, 1_000), true],
    ['trouble that goes on, at maxInterval', rules(1), silent, { ...silent, time: 1_000 }, true],
    ['the end of trouble', rules(9), { ...good(5), quality: 'bad', reason: 'frozen' }, good(5, 1), true],
    ['a lost value', rules(1), good(5), { ...silent, time: 1 }, true],
    ['a value that came back', rules(1), silent, good(5, 1), true],
    ['the same trouble', rules(1), silent, { ...silent, time: 1 }, false],
    ['another trouble', rules(1), silent, { ...silent, time: 1, reason: 'comm-lost' }, true],
    ['a worse quality', rules(9), good(5), { ...good(5, 1), quality: 'uncertain', reason: 'clock' }, true],
    ['across a limit within the deadband', rules(9, alarm('high', 5.5)), good(5), good(5.5, 1), true],
    ['near a limit within the deadband', rules(9, alarm('high', 5.5)), good(5), good(5.49, 1), false],
  ]
  it.each(cases)('%s', (_, given, last, sample, expected) => {
    expect(isWorthSending(given, last, sample)).toBe(expected)
  })

  it.each([
    ['a divisor of the interval', 100, 1_000],
    ['no divisor of it', 300, 900],
    ['as long as it', 1_000, 1_000],
    ['longer than it', 1_500, 1_500],
  ])(
    'repeats an unchanged value in time, with its own sample time, when the poll is %s',
    (_, pollMs, gap) => {
      const sent: Reading[] = []
      for (let time = 0; time <= 9_000; time += pollMs) {
        const sample = good(5, time)
        if (isWorthSending({ ...rules(1), pollMs }, sent.at(-1), sample)) sent.push(sample)
      }
      expect(sent.length).toBeGreaterThan(3)
      for (const [index, { time }] of sent.entries()) expect(time).toBe(index * gap)
    },
  )

  it('measures the deadband from the value last sent, so that a slow drift is told', () => {
    let sent = good(0)
    for (let step = 1; step <= 40; step++) {
      const sample = good(step * 0.1, step)
      if (isWorthSending(rules(1), sent, sample)) sent = sample
      expect(Math.abs((sample.value ?? 0) - (sent.value ?? 0))).toBeLessThanOrEqual(1)
    }
    expect(sent.value).toBeGreaterThan(3)
  })
})
