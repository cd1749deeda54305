import type { AlarmView } from '../../../../contracts/api.ts'
import type { Delivery, MessageFacts } from '../../../../contracts/notify/message.ts'
import type { EmailChannel, Responder, WebhookChannel } from '../../../../contracts/notify/plan.ts'

/** 2026-11-29 02:00 UTC: 10:00 in Shanghai. */
export const NOW = Date.UTC(2026, 10, 29, 2)

export function alarm(given: Partial<AlarmView> = {}): AlarmView {
  return {
    facility: 'farm',
    id: 'GT-101.H',
    sensor: 'GT-101',
    sensorName: 'Methane, pump bay',
    area: 'bay',
    kind: 'gas',
    unit: '%LEL',
    when: 'high',
    priority: 'critical',
    class: 'gas',
    lifeSafety: true,
    group: null,
    firstInGroup: false,
    silenced: false,
    state: 'UNACK',
    live: 'UNACK',
    condition: 'active',
    ack: 'unacked',
    latched: false,
    shelved: null,
    suppressed: [],
    outOfService: null,
    occurrence: 'GT-101.H@1',
    since: '2026-11-29T10:00:00+08:00',
    raised: '2026-11-29T10:00:00+08:00',
    value: 43.1,
    limit: 40,
    revision: 0,
    fileLimit: null,
    quality: 'good',
    reason: null,
    message: 'Methane, pump bay: at or above 40 %LEL',
    acknowledgedBy: null,
    comment: null,
    late: false,
    journalled: true,
    ...given,
  }
}

export function facts({
  alarm: seen = {},
  ...given
}: Partial<Omit<MessageFacts, 'alarm'>> & { alarm?: Partial<AlarmView> } = {}): MessageFacts {
  return {
    id: 'n-1',
    cause: 'raised',
    facility: { id: 'farm', name: 'Tank farm', timezone: 'Asia/Shanghai' },
    area: 'Pump bay',
    alarm: alarm(seen),
    duties: ['Shift supervisor'],
    step: 1,
    time: NOW,
    ...given,
  }
}

export const LI: Responder = {
  id: 'li.wei',
  name: 'Li Wei',
  language: 'zh',
  email: 'li.wei@plant.example',
  mobile: '+8613800000000',
}
export const ANNA: Responder = { id: 'anna', name: 'Anna', language: 'en', email: 'anna@plant.example' }
/** No way to reach them. */
export const NOBODY: Responder = { id: 'nobody', name: 'Nobody', language: 'en' }

export function delivery(given: Partial<Delivery> = {}): Delivery {
  return {
    id: 'n-1',
    channel: 'main',
    facility: 'farm',
    language: 'en',
    to: [LI],
    facts: [facts()],
    isUrgent: true,
    attempt: 1,
    ...given,
  }
}

export function emailChannel(given: Partial<EmailChannel> & { port: number }): EmailChannel {
  return {
    id: 'main',
    kind: 'email',
    language: 'en',
    timeoutMs: 5_000,
    host: '127.0.0.1',
    security: 'none',
    from: 'Davylamp <alarm@plant.example>',
    ...given,
  }
}

export function webhookChannel(given: Partial<WebhookChannel> = {}): WebhookChannel {
  return { id: 'main', kind: 'webhook', language: 'en', timeoutMs: 5_000, format: 'davylamp', ...given }
}

/** Until it is so, and what was said by then between sockets of this process has come. Real time, also under fake timers. */
export async function passed(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn()
  for (let n = 0; n < 20; n++) await turn()
}

/** Of the loop of this process. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
