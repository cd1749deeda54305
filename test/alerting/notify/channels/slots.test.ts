import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Slots } from '../../../../alerting/notify/channels/slots.ts'
import { CodedError } from '../../../../contracts/errors.ts'

interface Job {
  readonly isUrgent: boolean
  /** Before the others are asked for, so many that run are ended. */
  readonly ends: number
}

describe('slots', () => {
  it('let in so many at once, one of them urgent alone, and urgent ones first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 5 }),
        fc.array(fc.record({ isUrgent: fc.boolean(), ends: fc.integer({ min: 0, max: 2 }) }), {
          maxLength: 40,
        }),
        async (count, jobs: Job[]) => {
          const slots = new Slots(count)
          const running: { job: Job; end: () => void }[] = []
          const waiting = new Set<Job>()
          const check = () => {
            expect(running.length).toBeLessThanOrEqual(count)
            const others = running.filter(({ job }) => !job.isUrgent).length
            expect(others).toBeLessThanOrEqual(count - 1)
            // Nothing waits for what it need not wait for.
            const hasUrgent = [...waiting].some(({ isUrgent }) => isUrgent)
            if (hasUrgent) expect(running.length).toBe(count)
            else if (waiting.size > 0) expect(running.length).toBeGreaterThanOrEqual(count - 1)
          }
          const settle = () => new Promise((resolve) => setImmediate(resolve))
          const done: Promise<void>[] = []
          const end = async () => {
            running.shift()?.end()
            await settle()
            check()
          }
          for (const job of jobs) {
            waiting.add(job)
            done.push(
              slots.use(job.isUrgent, () => {
                waiting.delete(job)
                return new Promise<void>((resolve) => running.push({ job, end: resolve }))
              }),
            )
            await settle()
            check()
            for (let n = 0; n < job.ends; n++) await end()
          }
          while (running.length > 0) await end()
          await Promise.all(done)
          expect(waiting.size).toBe(0)
        },
      ),
    )
  })

  it('give a place back when a use fails', async () => {
    const slots = new Slots(2)
    for (let n = 0; n < 5; n++)
      await expect(slots.use(false, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await slots.use(false, async () => 'yes')).toBe('yes')
  })

  it('let an urgent one pass while all others hang', async () => {
    const slots = new Slots(4)
    for (let n = 0; n < 50; n++) void slots.use(false, () => new Promise(() => undefined))
    expect(await slots.use(true, async () => 'through')).toBe('through')
  })

  it('fail what waits and what comes at their end', async () => {
    const slots = new Slots(2)
    const { promise, resolve } = Promise.withResolvers<string>()
    const running = slots.use(false, () => promise)
    const waiting = slots.use(false, async () => 'never')
    slots.end(new CodedError('THREAD_ENDED', 'closing'))
    await expect(waiting).rejects.toThrow('closing')
    await expect(slots.use(true, async () => 'never')).rejects.toThrow('closing')
    resolve('done')
    expect(await running).toBe('done')
  })
})
