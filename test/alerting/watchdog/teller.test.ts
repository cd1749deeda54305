import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Figures } from '../../../alerting/watchdog/figures.ts'
import { Teller, targetsOf } from '../../../alerting/watchdog/teller.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import type { Delivery, Receipt, SystemNotice } from '../../../contracts/notify/message.ts'
import { watched } from './watched.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function scene() {
  const sent: Delivery[] = []
  /** What is said to each attempt in turn; afterwards it is taken. Key: channel. */
  const answers = new Map<string, (CodedError | Promise<Receipt>)[]>()
  const { facility, plan } = watched()
  const figures = new Figures('plant')
  const teller = new Teller({
    facility: 'plant',
    targets: targetsOf(plan, facility.notify),
    sender: {
      send: async (delivery) => {
        sent.push(delivery)
        const answer = answers.get(delivery.channel)?.shift()
        if (answer instanceof CodedError) throw answer
        return answer ?? { text: 'taken' }
      },
    },
    figures,
    logger: silentLogger,
    prefix: 'dog',
  })
  const notice = (subject: string): SystemNotice => ({
    facility: { id: 'plant', name: 'Plant', timezone: 'UTC' },
    cause: 'raised',
    subject,
    lines: [],
  })
  const tell = (subject: string) => teller.tell((language) => notice(`${language} ${subject}`))
  const letters = () =>
    sent.map(({ channel, to, notice: said }) => `${channel} ${to.map(({ id }) => id)} ${said?.subject}`)
  return { sent, answers, teller, tell, letters, figures }
}

const busy = new CodedError('CHANNEL_BUSY', 'HTTP 429; again after 60 s')
const refused = new CodedError('CHANNEL_REFUSED', 'no')

describe('the watchdog tells', () => {
  it('everybody by mail in their language, and groups in that of the channel', async () => {
    const { tell, letters, sent } = scene()
    tell('broken')
    await vi.advanceTimersByTimeAsync(0)
    expect(letters()).toEqual(['mail anna en broken', 'mail li zh broken', 'chat  en broken'])
    expect(sent.map(({ id, isUrgent, facts }) => [id, isUrgent, facts])).toEqual(
      [0, 1, 2].map((index) => [`dog-1-${index}`, true, []]),
    )
  })

  it('again and again until it is taken, ever less often, whoever else has taken it', async () => {
    const { tell, letters, answers, teller, sent, figures } = scene()
    answers.set(
      'chat',
      Array.from({ length: 9 }, () => refused),
    )
    tell('broken')
    await vi.advanceTimersByTimeAsync(0)
    expect(teller.failing).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000 + 10_000 + 20_000)
    expect(letters().filter((letter) => letter.startsWith('chat'))).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(letters().filter((letter) => letter.startsWith('chat'))).toHaveLength(10)
    expect(letters().filter((letter) => letter.startsWith('mail'))).toHaveLength(2)
    // A receiver can tell a repetition.
    expect(new Set(sent.filter(({ channel }) => channel === 'chat').map(({ id }) => id)).size).toBe(1)
    expect(teller.failing).toBe(0)
    expect(await figures.text()).toContain('told_total{facility="plant",channel="chat",result="failed"} 9')
  })

  it('a later word instead of one that was not taken', async () => {
    const { tell, letters, answers } = scene()
    answers.set('chat', [refused])
    tell('broken')
    await vi.advanceTimersByTimeAsync(1_000)
    tell('well')
    await vi.advanceTimersByTimeAsync(600_000)
    expect(letters().filter((letter) => letter.startsWith('chat'))).toEqual([
      'chat  en broken',
      'chat  en well',
    ])
  })

  it('no sooner than a channel that is busy asks for', async () => {
    const { tell, letters, answers } = scene()
    answers.set('chat', [busy])
    tell('broken')
    await vi.advanceTimersByTimeAsync(59_000)
    expect(letters()).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(letters()).toHaveLength(4)
  })

  it('again when nothing is heard of a message', async () => {
    const { tell, letters, answers, teller } = scene()
    answers.set('chat', [new Promise(() => undefined)])
    tell('broken')
    await vi.advanceTimersByTimeAsync(14_000)
    expect([letters().length, teller.failing]).toEqual([3, 0])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(teller.failing).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect([letters().length, teller.failing]).toEqual([4, 0])
  })

  it('nobody any more once it is closed', async () => {
    const { tell, letters, answers, teller } = scene()
    answers.set('chat', [refused, refused])
    tell('broken')
    await vi.advanceTimersByTimeAsync(0)
    await teller.close(1_000)
    tell('well')
    await vi.advanceTimersByTimeAsync(600_000)
    expect(letters()).toHaveLength(3)
  })
})
