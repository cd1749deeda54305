import { absentPart } from '../../alerting/api/absent.ts'
import { OriginGuard } from '../../alerting/api/origin-guard.ts'
import type { ApiPorts, FacilityPort } from '../../alerting/api/ports.ts'
import type { Api } from '../../alerting/api/routes.ts'
import { buildApi } from '../../alerting/api/server.ts'
import { Stream } from '../../alerting/api/stream.ts'
import type { Facility } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'

const absent = () => Promise.reject(new Error('nobody asks'))
const missing = () => {
  throw new Error('nobody asks')
}

/** A facility without alarms, and a plant without readings. */
export function absentFacility(
  facility: Facility,
  alarms: Partial<FacilityPort['alarms']> = {},
): FacilityPort {
  return {
    facility,
    alarms: {
      entries: () => [],
      view: () => undefined,
      config: () => undefined,
      act: absent,
      settings: { view: missing, limit: () => undefined, change: absent },
      tests: { start: absent, end: absent, list: absent },
      ...alarms,
    },
    detectors: {
      calibrations: { due: () => [], of: absent, enter: absent },
      inhibitions: { begin: absent, release: absent, of: () => null },
    },
    floods: {
      view: () => ({ facility: facility.id, isFlood: false, since: null, last10Minutes: 0, peak: 0 }),
    },
    roster: {
      duties: () => [],
      shifts: () => [],
      absences: () => [],
      enter: absent,
      remove: absent,
      handovers: () => [],
      handOver: absent,
    },
    plant: { latest: () => undefined, gateways: () => [], derived: () => undefined },
    waveforms: { list: () => ({ items: [] }), find: () => undefined, miniseed: absent, envelope: absent },
  }
}

/** The API of these facilities on 127.0.0.1:8080; what is not given is not there. */
export function testApi(facilities: readonly FacilityPort[], given: Partial<ApiPorts> = {}): Promise<Api> {
  const guard = new OriginGuard({ host: '127.0.0.1', port: 8080, hosts: [] })
  return buildApi(testPorts(facilities, given), silentLogger, () => guard)
}

export function testPorts(facilities: readonly FacilityPort[], given: Partial<ApiPorts> = {}): ApiPorts {
  return {
    facilities: new Map(facilities.map((port) => [port.facility.id, port])),
    states: { journal: absent, after: absent, heads: absent, ledger: absent, alarmKpi: absent },
    store: { range: async () => [], buckets: async () => [] },
    stream: new Stream({ now: () => 'now' }),
    ...absentNotices(),
    people: undefined,
    iso: (ms) => new Date(ms).toISOString(),
    console: new Map(),
    now: () => 0,
    info: () => ({ version: '0', auth: 'off', time: 'now', started: 'then' }),
    config: { loaded: () => [], reload: absent },
    unready: () => [],
    metrics: async () => '',
    ...given,
  }
}

/** Nobody is told of anything. */
export function absentNotices(): Pick<ApiPorts, 'notices' | 'answers' | 'register'> {
  return {
    notices: { list: absent, channels: () => [], test: absent, path: () => ({ legs: [], watchdog: null }) },
    answers: { look: absent, answer: absent },
    register: absentPart(),
  }
}
