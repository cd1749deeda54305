import type { GatewayView, JournalItem } from '../../contracts/api.ts'
import type { GatewayFigures } from '../../ingest/status/gateway-points.ts'

export function journalItem(seq: number, alarm: Partial<JournalItem['alarm']> = {}): JournalItem {
  return {
    seq,
    recorded: '2026-11-21T10:00:00.250+08:00',
    time: '2026-11-21T09:59:59+08:00',
    facility: 'plant',
    event: 'raised',
    from: 'NORM',
    by: null,
    alarm: {
      facility: 'plant',
      id: 'GT-101.H',
      sensor: 'GT-101',
      sensorName: 'Methane, pump bay',
      area: 'tank-farm',
      kind: 'gas',
      unit: '%LEL',
      when: 'high',
      priority: 'high',
      state: 'UNACK',
      live: 'UNACK',
      condition: 'active',
      ack: 'unacked',
      latched: false,
      class: 'process',
      lifeSafety: false,
      group: null,
      firstInGroup: false,
      silenced: false,
      shelved: null,
      suppressed: [],
      outOfService: null,
      occurrence: 'GT-101.H#1',
      since: '2026-11-21T09:59:59+08:00',
      raised: '2026-11-21T09:59:59+08:00',
      value: 23.1,
      limit: 20,
      revision: 0,
      fileLimit: null,
      quality: 'good',
      reason: null,
      message: 'at or above 20 %LEL',
      acknowledgedBy: null,
      comment: null,
      late: false,
      journalled: true,
      ...alarm,
    },
  }
}

/** A gateway as the server shows it, before it has told its health. */
export const gatewayShown: GatewayView = {
  facility: 'plant',
  id: 'gw-1',
  name: 'gw-1',
  state: 'online',
  since: null,
  lastHeard: null,
  version: '0.1.0',
  configMatches: false,
  skewMs: -12.5,
  counters: { batches: 5, readings: 50, late: 1, duplicates: 2, rejected: 3, missing: 4, lost: 0 },
  health: null,
}
/** Health with everything that is looked for in it, and some that is not. */
export const fullHealth = {
  time: 10_000,
  buses: {
    plc: { connected: true, reconnects: 2, utilisation: 0.5, discarded: { crc: 3, noise: 4 } },
    other: {},
  },
  devices: {
    panel: {
      online: true,
      isolated: false,
      requests: 9,
      errors: { timeout: 2, 'exception-2': 1 },
      overruns: 0,
      retries: 1,
      roundTripMs: 4.5,
      cycleMs: 20,
      refused: ['holding 12..13'],
    },
    stranger: { online: true },
  },
  outbox: {
    batches: 3,
    readings: 30,
    oldest: 4_000,
    evictedReadings: 0,
    bytes: 900,
    setAside: 1,
    refusedReadings: 2,
    commits: 8,
    trouble: 'OUTBOX_FULL',
  },
  clock: { drift: 1.5, steps: 1, skew: -3, ntp: 'synchronized' },
}

/** What the server knows of it besides. */
export const figures: GatewayFigures = {
  credit: 8,
  isCloned: false,
  dropped: new Map([
    ['full', 5],
    ['restart', 2],
    ['struck by lightning', 1],
  ]),
  ledger: {
    facility: 'plant',
    gateway: 'gw-1',
    sent: 1_000,
    received: 900,
    stored: 890,
    duplicate: 3,
    late: 40,
    refused: 10,
    dropped: 50,
    missing: 40,
    gaps: [],
  },
}
