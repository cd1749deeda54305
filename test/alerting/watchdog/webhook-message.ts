import { davylampBody } from '../../../alerting/notify/channels/webhook-body.ts'
import { signatureOf } from '../../../contracts/notify/signature.ts'
import { delivery, facts } from '../notify/channels/scene.ts'

/** What a server sends of the alarm of a watchdog. */
export function webhookMessage(given: {
  occurrence?: string
  cause?: 'raised' | 'returned' | 'test'
  value?: number
  facility?: string
  time?: number
}): string {
  const {
    occurrence = 'WD-1.H#1',
    cause = 'raised',
    value = 51,
    facility = 'plant',
    time = Date.now(),
  } = given
  const about = facts({
    cause,
    time,
    facility: { id: facility, name: 'Plant', timezone: 'UTC' },
    alarm: { id: 'WD-1.H', sensor: 'WD-1', occurrence, value, class: 'watchdog', facility },
  })
  return JSON.stringify(davylampBody(delivery({ channel: 'dog', to: [], facts: [about] })))
}

/** As a server sends it; `secret` signs it. */
export function post(url: string, body: string, secret?: string, at = Date.now()): Promise<Response> {
  const signed = secret === undefined ? {} : { 'davylamp-signature': signatureOf(body, secret, at) }
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...signed } })
}
