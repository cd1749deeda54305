import type { Priority } from '../../../contracts/facility-words.ts'
import { is, lately, number } from './influxql.ts'
import type { PanelTopic } from './links.ts'
import type { RuleSpec } from './rule.ts'
import { EVERY_MS, type RuledFacility } from './ruled-sensors.ts'

/** Status is written every 10 s, ms. */
const LATELY_MS = 60_000
const MINUTES_MS = 300_000
const PERCENT_OF_DISK = 10
/** Of what the log of the server, or an outbox, may take. */
const SHARE_OF_ROOM = 0.8
/** Records of the log that wait for the store all the time, where a healthy line has a few. */
const BEHIND = 1_000
/** As of the server's own alarm (DESIGN section 5), ms. */
const SKEW_MS = 5_000

/** The machinery itself, as it writes of itself. What nobody writes is told by the rule `server-silent`. */
export function lineRules(facility: RuledFacility): RuleSpec[] {
  return [...serverRules(facility), ...gatewayRules(facility)]
}

function serverRules({ id, server }: RuledFacility): RuleSpec[] {
  const pipeline = `FROM "pipeline" WHERE ${is('facility', id)} AND`
  const room = server.logMaxBytes * SHARE_OF_ROOM
  return [
    rule(id, 'database-full', ['disk'], {
      title: 'disk of the server nearly full',
      severity: 'high',
      query: `SELECT "free" FROM (SELECT last("diskFreeBytes") / last("diskTotalBytes") * 100 AS "free" ${pipeline} ${lately(LATELY_MS)}) WHERE "free" < ${PERCENT_OF_DISK}`,
      forMs: 6 * EVERY_MS,
      summary: `The disk of the server has {{ $values.B.Value }} % left`,
      description: `Less than ${PERCENT_OF_DISK} % is free on the disk of server.data. When it is full, gateways keep their readings and the journal lives on its reserve.`,
    }),
    rule(id, 'database-full', ['log'], {
      title: 'log of the server nearly full',
      severity: 'high',
      query: `SELECT "used" FROM (SELECT last("logBytes") AS "used" ${pipeline} ${lately(LATELY_MS)}) WHERE "used" >= ${number(room)}`,
      forMs: 6 * EVERY_MS,
      summary: 'The log of the server is nearly full: {{ $values.B.Value }} bytes wait for the database',
      description: `It may take ${server.logMaxBytes} bytes (server.log.maxSize). Beyond, gateways are told to keep their readings.`,
    }),
    rule(id, 'store-not-draining', ['state'], {
      title: 'database takes nothing',
      severity: 'high',
      query: `SELECT "working" FROM (SELECT last("storeWorking") AS "working" ${pipeline} ${lately(LATELY_MS)}) WHERE "working" < 1`,
      forMs: 3 * EVERY_MS,
      summary: 'The server cannot write readings into the database',
      description:
        'Readings wait in the log of the server. Alarms of the server go on; rules of Grafana see nothing new until it is mended.',
    }),
    rule(id, 'store-not-draining', ['behind'], {
      title: 'database falls behind',
      severity: 'medium',
      query: `SELECT "behind" FROM (SELECT min("behind") AS "behind" ${pipeline} ${lately(MINUTES_MS)}) WHERE "behind" >= ${BEHIND}`,
      lookBackMs: MINUTES_MS,
      forMs: 0,
      summary: 'The database has been behind for 5 minutes: {{ $values.B.Value }} records at the least',
      description:
        'More comes in than the database takes, or it is catching up after an outage. What Grafana shows is so much late.',
    }),
    rule(id, 'journal-failing', [], {
      title: 'journal cannot be written',
      severity: 'critical',
      query: `SELECT "working" FROM (SELECT last("journalWorking") AS "working" ${pipeline} ${lately(LATELY_MS)}) WHERE "working" < 1`,
      forMs: 0,
      summary: 'The journal cannot be written: what happens now is not recorded',
      description: 'Alarms are told all the same, marked as not journalled. Look at the disk of server.data.',
    }),
  ]
}

/** One rule for all gateways of a facility: each of them is a series. */
function gatewayRules({ id, gateways }: RuledFacility): RuleSpec[] {
  if (gateways.length === 0) return []
  const from = (what: string, ms: number) =>
    `SELECT ${what} FROM "gateway" WHERE ${is('facility', id)} AND ${lately(ms)} GROUP BY "gateway"`
  const filling = gateways.map(
    ({ id: gateway, outbox }) =>
      `(${is('gateway', gateway)} AND "bytes" >= ${number(outbox.maxBytes * SHARE_OF_ROOM)})`,
  )
  const topic = 'gateways'
  return [
    rule(id, 'outbox-filling', ['bytes'], {
      topic,
      title: 'outbox of a gateway nearly full',
      severity: 'high',
      query: `SELECT "bytes" FROM (${from('last("outboxBytes") AS "bytes"', LATELY_MS)}) WHERE ${filling.join(' OR ')} GROUP BY "gateway"`,
      forMs: 6 * EVERY_MS,
      summary: 'The outbox of {{ $labels.gateway }} is nearly full: {{ $values.B.Value }} bytes',
      description:
        'Its readings are not confirmed: the broker, the server or the way to them is too slow. When it is full, the oldest are dropped and counted.',
    }),
    rule(id, 'outbox-filling', ['evicted'], {
      topic,
      title: 'gateway drops readings',
      severity: 'high',
      query: `SELECT "dropped" FROM (SELECT sum("more") AS "dropped" FROM (${from('non_negative_difference("evictedReadings") AS "more"', MINUTES_MS)}) GROUP BY "gateway") WHERE "dropped" > 0 GROUP BY "gateway"`,
      lookBackMs: MINUTES_MS,
      forMs: 0,
      summary: '{{ $labels.gateway }} has dropped {{ $values.B.Value }} readings in 5 minutes',
      description:
        'Its outbox is full or past its age. What was lost stands in the loss ledger, batch by batch.',
    }),
    rule(id, 'clock-skew', [], {
      topic,
      title: 'clock of a gateway off',
      severity: 'medium',
      query: `SELECT "skew" FROM (${from('last("skewMs") AS "skew"', LATELY_MS)}) WHERE "skew" > ${SKEW_MS} OR "skew" < -${SKEW_MS} GROUP BY "gateway"`,
      forMs: 6 * EVERY_MS,
      summary: 'The clock of {{ $labels.gateway }} is {{ $values.B.Value }} ms off that of the server',
      description: `More than ${SKEW_MS / 1_000} s. Beyond 60 s its readings are taken at the time of the server, and count as uncertain.`,
    }),
  ]
}

interface Part {
  topic?: PanelTopic
  title: string
  severity: Priority
  query: string
  lookBackMs?: number
  forMs: number
  summary: string
  description: string
}

function rule(facility: string, runbook: string, identity: readonly string[], part: Part): RuleSpec {
  return {
    topic: 'pipeline',
    lookBackMs: LATELY_MS,
    fires: 'rows',
    ...part,
    facility,
    runbook,
    identity,
    title: `${facility}: ${part.title}`,
    page: part.topic === 'gateways' ? '#/gateways' : '#/',
  }
}
