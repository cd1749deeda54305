import type { Sample, Verdict } from '../../alerting/evidence.ts'
import type { AlarmInput } from '../../alerting/lifecycle.ts'
import { PROCESS_CLASS } from '../../contracts/alarm-class.ts'
import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'
import type { AlarmConfig, Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

/** An alarm on T-1, `high` at 20 with a deadband of 2, unless said otherwise. */
export function alarmConfig(over: Partial<AlarmConfig> = {}): AlarmConfig {
  return {
    id: 'T-1.H',
    key: 'H',
    sensor: 'T-1',
    when: 'high',
    limit: 20,
    deadband: 2,
    onDelayMs: 0,
    offDelayMs: 0,
    priority: 'high',
    latching: false,
    onBad: 'freeze',
    class: PROCESS_CLASS,
    ...over,
  }
}

export function good(value: number): Sample {
  return { value, quality: 'good', reason: null }
}

export function bad(reason: string, value: number | null = null): Sample {
  return { value, quality: 'bad', reason }
}

export const BEYOND: Verdict = { says: 'beyond', good: true, unknown: false }
export const RETURNED: Verdict = { says: 'returned', good: true, unknown: false }
export const UNKNOWN: Verdict = { says: 'nothing', good: false, unknown: true }

export function evidence(time: number, verdict: Verdict, sample: Sample = good(25)): AlarmInput {
  return { kind: 'evidence', time, verdict, sample, held: sample }
}

/** What is not given is that of a live batch of gw-1 without readings, from a clock that is right; one a ms. */
export function evidenceBatch(given: Partial<EvidenceBatch> = {}): EvidenceBatch {
  const { readings = [], late = [] } = given
  const newest = Math.max(0, ...readings.map(({ time }) => time), ...late.map(({ time }) => time))
  const { sent = newest } = given
  return {
    gateway: 'gw-1',
    epoch: 'e1',
    seq: sent,
    offset: 0,
    stepped: false,
    sent,
    fork: null,
    readings,
    late,
    isLive: true,
    ...given,
  }
}

/** Two gateways; T-1 and T-2 on the first, T-3 on the second. Stale after 10 s. */
export function smallFacility(alarms = '{ H: { when: high, limit: 20, deadband: 2 } }', head = ''): Facility {
  const sensor = (id: string, address: number) =>
    `{ id: ${id}, kind: gas, unit: ppm, register: { address: ${address} }, alarms: ${alarms} }`
  return parseFacility(
    `
facility: { id: plant, timezone: Asia/Shanghai }
${head}
server: { auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, area: yard, sensors: [ ${sensor('T-1', 0)}, ${sensor('T-2', 1)} ] } ] }
  - id: gw-2
    buses:
      - { id: line, driver: modbus-tcp, host: 127.0.0.1, port: 503, devices: [ { id: shed, sensors: [ ${sensor('T-3', 0)} ] } ] }
`,
    'small.yaml',
  )
}
