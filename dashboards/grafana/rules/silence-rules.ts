import { is, isAnyOf, lately, portions, quoteName } from './influxql.ts'
import type { RuleSpec } from './rule.ts'
import { CALM_MS, EVERY_MS, longestSilenceMs, portionText, type RuledFacility } from './ruled-sensors.ts'
import { counted } from './wording.ts'

/** Status is written every 10 s: so much without it is no chance, ms. */
const STATUS_SILENCE_MS = 60_000

/** Who has to be heard, and is not: the server, each gateway, the sensors. Nothing to be found is what they look for. */
export function silenceRules(facility: RuledFacility): RuleSpec[] {
  return [serverRule(facility), ...gatewayRules(facility), ...sensorRules(facility)]
}

function serverRule({ id }: RuledFacility): RuleSpec {
  return {
    facility: id,
    runbook: 'server-silent',
    identity: [],
    title: `${id}: server silent`,
    topic: 'pipeline',
    severity: 'critical',
    query: `SELECT count("behind") AS "points" FROM "pipeline" WHERE ${is('facility', id)} AND ${lately(STATUS_SILENCE_MS)}`,
    lookBackMs: STATUS_SILENCE_MS,
    fires: { below: 1 },
    forMs: 0,
    summary: `Nothing has been heard of the server for ${STATUS_SILENCE_MS / 1_000} s: ${id} is not watched`,
    description:
      'The server has ended or hangs, the database takes or answers nothing, or a clock is off. Until it is back there are no alarms but those of the devices themselves.',
    page: '#/',
  }
}

function gatewayRules({ id, gateways }: RuledFacility): RuleSpec[] {
  return gateways.map((gateway) => ({
    facility: id,
    runbook: 'gateway-silent',
    identity: [gateway.id],
    title: `${id}: gateway ${gateway.id} silent`,
    topic: 'gateways',
    severity: 'high',
    query: `SELECT last("online") AS "online" FROM "gateway" WHERE ${is('facility', id)} AND ${is('gateway', gateway.id)} AND ${lately(STATUS_SILENCE_MS)}`,
    lookBackMs: STATUS_SILENCE_MS,
    fires: { below: 1 },
    forMs: 2 * EVERY_MS,
    labels: { gateway: gateway.id },
    summary: `Gateway ${gateway.id} of ${id} is lost: its sensors are not watched`,
    description:
      'It has ended, has no power, or does not reach the broker; when the server is silent too, look there first. What it reads meanwhile waits in its outbox.',
    page: '#/gateways',
  }))
}

/**
 * Sensors are counted: one that says nothing at all has no series that a rule could be about. A measurement at a time,
 * since InfluxQL counts each for itself.
 */
function sensorRules({ id, sensors }: RuledFacility): RuleSpec[] {
  const groups = Map.groupBy(sensors.values(), (sensor) =>
    JSON.stringify([sensor.gateway, sensor.kind, longestSilenceMs(sensor)]),
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { gateway, kind } = first
    const windowMs = longestSilenceMs(first)
    const parts = portions(group)
    return parts.map((some, index): RuleSpec => {
      const of = counted(some.length, 'sensor')
      const from = `SELECT last("quality") AS "quality" FROM ${quoteName(kind)} WHERE ${is('facility', id)} AND ${isAnyOf(
        'sensor',
        some.map((sensor) => sensor.id),
      )} AND ${lately(windowMs)} GROUP BY "sensor"`
      return {
        facility: id,
        runbook: 'sensor-silent',
        identity: [gateway, kind, windowMs, index],
        title: `${id}: ${kind} sensors of ${gateway} silent for ${windowMs / 1_000} s${portionText(index, parts.length)}`,
        topic: 'gateways',
        severity: 'medium',
        query: `SELECT count("quality") AS "reporting" FROM (${from})`,
        lookBackMs: windowMs,
        fires: { below: some.length },
        forMs: CALM_MS,
        labels: { gateway, kind },
        summary: `Not all of ${of} of kind ${kind} of ${gateway} have readings of the last ${windowMs / 1_000} s: {{ $values.B.Value }} have`,
        description:
          'Even a device that does not answer has readings, bad ones. A sensor without any has been lost on the way: gateway, server or database. The console shows which are stale.',
        page: '#/gateways',
      }
    })
  })
}
