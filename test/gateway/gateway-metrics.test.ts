import { describe, expect, it } from 'vitest'
import type { Gateway } from '../../contracts/facility.ts'
import { histogramText } from '../../contracts/histogram-text.ts'
import { ROUND_TRIP_BOUNDS_MS } from '../../contracts/wire.ts'
import type { EdgeGatewayHealth } from '../../gateway/edge-gateway-health.ts'
import { GatewayMetrics } from '../../gateway/metrics/gateway-metrics.ts'
import { bus, device } from './plant.ts'

const GATEWAY: Gateway = {
  id: 'gw-1',
  name: 'gw-1',
  heartbeatMs: 2_000,
  outbox: { maxBytes: 1e9, maxAgeMs: 1e9 },
  buses: [
    bus({ id: 'plc', devices: [device({ id: 'panel' }), device({ id: 'gauge' })] }),
    bus({ id: 'rtu', devices: [] }),
  ],
}

/** Two devices on one bus, the second lost; a second bus that never connected. */
function health(): EdgeGatewayHealth {
  return {
    epoch: 'e',
    session: 's',
    time: 1_000_000,
    buses: {
      plc: { connected: true, reconnects: 2, utilisation: 0.25, discarded: { late: 3, crc: 1 } },
      rtu: { connected: false, reconnects: 0 },
    },
    devices: {
      panel: {
        requests: 100,
        errors: { timeout: 2, 'exception-2': 1 },
        overruns: 4,
        roundTripMs: 12,
        retries: 5,
        cycleMs: 150,
        isolated: false,
        roundTrips: { counts: [0, 7, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1], sumMs: 7_500 },
        refused: ['holding 12..13'],
        online: true,
      },
      gauge: {
        requests: 9,
        errors: { timeout: 9 },
        overruns: 0,
        roundTripMs: 0,
        isolated: true,
        online: false,
      },
    },
    outbox: {
      batches: 3,
      readings: 40,
      oldest: 995_500,
      evictedReadings: 6,
      setAside: 1,
      refusedReadings: 7,
      gaps: { full: 4, expired: 2, restart: 5, damaged: 0 },
      commits: 9,
      bytes: 4_096,
      trouble: 'DISK_FULL',
    },
    clock: { drift: -1_500, steps: 2, skew: 40, ntp: 'unsynchronized' },
  }
}

const AT_PANEL = '{facility="plant",gateway="gw-1",bus="plc",device="panel"}'
const AT_GAUGE = '{facility="plant",gateway="gw-1",bus="plc",device="gauge"}'
const AT_GATEWAY = '{facility="plant",gateway="gw-1"}'

describe('the metrics of a gateway', () => {
  it('say of a seismic station what they say of no other device', async () => {
    const { devices, ...rest } = health()
    const { panel, gauge } = devices
    if (panel === undefined || gauge === undefined) throw new Error('no device')
    const waveform = { samples: 6_000, gaps: 2, repeated: 0, clipped: 1, events: 3, latencyMs: 250 }
    const waveforms = { waiting: 4, bytes: 1_000, sent: 9, evicted: 1 }
    const whole = { ...rest, devices: { panel: { ...panel, waveform }, gauge }, waveforms }
    const metrics = new GatewayMetrics({ facility: 'plant', gateway: GATEWAY, health: () => whole })
    const lines = (await metrics.text()).split('\n').filter((line) => /^davylamp_gateway_waveform/.test(line))
    expect(lines.toSorted()).toEqual([
      `davylamp_gateway_waveform_events_total${AT_PANEL} 3`,
      `davylamp_gateway_waveform_gaps_total${AT_PANEL} 2`,
      `davylamp_gateway_waveform_latency_seconds${AT_PANEL} 0.25`,
      `davylamp_gateway_waveform_samples_total${AT_PANEL} 6000`,
      `davylamp_gateway_waveforms_evicted_total${AT_GATEWAY} 1`,
      `davylamp_gateway_waveforms_unsaved${AT_GATEWAY} 0`,
      `davylamp_gateway_waveforms_waiting${AT_GATEWAY} 4`,
    ])
  })

  it('say all that its health says', async () => {
    const metrics = new GatewayMetrics({ facility: 'plant', gateway: GATEWAY, health })
    const lines = (await metrics.text()).split('\n')
    for (const line of [
      `davylamp_gateway_requests_total${AT_PANEL} 100`,
      `davylamp_gateway_requests_total${AT_GAUGE} 9`,
      `davylamp_gateway_retries_total${AT_PANEL} 5`,
      `davylamp_gateway_retries_total${AT_GAUGE} 0`,
      `davylamp_gateway_overruns_total${AT_PANEL} 4`,
      'davylamp_gateway_errors_total{facility="plant",gateway="gw-1",bus="plc",device="panel",kind="timeout"} 2',
      'davylamp_gateway_errors_total{facility="plant",gateway="gw-1",bus="plc",device="panel",kind="exception-2"} 1',
      `davylamp_gateway_device_online${AT_PANEL} 1`,
      `davylamp_gateway_device_online${AT_GAUGE} 0`,
      `davylamp_gateway_device_isolated${AT_GAUGE} 1`,
      `davylamp_gateway_cycle_seconds${AT_PANEL} 0.15`,
      `davylamp_gateway_refused_ranges${AT_PANEL} 1`,
      'davylamp_gateway_bus_connected{facility="plant",gateway="gw-1",bus="plc"} 1',
      'davylamp_gateway_bus_connected{facility="plant",gateway="gw-1",bus="rtu"} 0',
      'davylamp_gateway_bus_utilisation_ratio{facility="plant",gateway="gw-1",bus="plc"} 0.25',
      'davylamp_gateway_reconnects_total{facility="plant",gateway="gw-1",bus="plc"} 2',
      'davylamp_gateway_discarded_total{facility="plant",gateway="gw-1",bus="plc",kind="late"} 3',
      `davylamp_gateway_outbox_batches${AT_GATEWAY} 3`,
      `davylamp_gateway_outbox_readings${AT_GATEWAY} 40`,
      `davylamp_gateway_outbox_oldest_age_seconds${AT_GATEWAY} 4.5`,
      `davylamp_gateway_outbox_set_aside${AT_GATEWAY} 1`,
      `davylamp_gateway_outbox_evicted_readings_total${AT_GATEWAY} 6`,
      `davylamp_gateway_outbox_refused_readings_total${AT_GATEWAY} 7`,
      `davylamp_gateway_outbox_bytes${AT_GATEWAY} 4096`,
      `davylamp_gateway_outbox_trouble${AT_GATEWAY} 1`,
      `davylamp_gateway_outbox_commits_total${AT_GATEWAY} 9`,
      'davylamp_gateway_outbox_lost_readings_total{facility="plant",gateway="gw-1",kind="full"} 4',
      'davylamp_gateway_outbox_lost_readings_total{facility="plant",gateway="gw-1",kind="restart"} 5',
      `davylamp_gateway_clock_skew_seconds${AT_GATEWAY} 0.04`,
      `davylamp_gateway_clock_synchronized${AT_GATEWAY} 0`,
      `davylamp_gateway_clock_drift_seconds${AT_GATEWAY} -1.5`,
      `davylamp_gateway_clock_steps_total${AT_GATEWAY} 2`,
    ]) {
      expect(lines).toContain(line)
    }
    // What nobody measured is not there.
    expect(lines.filter((line) => line.startsWith(`davylamp_gateway_cycle_seconds${AT_GAUGE}`))).toEqual([])
    expect(lines.filter((line) => /utilisation_ratio\{.*bus="rtu"/.test(line))).toEqual([])
  })

  it('add up the buckets of the round trips, in seconds', async () => {
    const metrics = new GatewayMetrics({ facility: 'plant', gateway: GATEWAY, health })
    const text = await metrics.text()
    const buckets = [...text.matchAll(/round_trip_seconds_bucket\{.*device="panel",le="([^"]+)"\} (\d+)/g)]
    expect(buckets.map(([, le, count]) => `${le}: ${count}`)).toEqual([
      ...['0.001: 0', '0.002: 7', '0.005: 7', '0.01: 9', '0.02: 9', '0.05: 9', '0.1: 9', '0.2: 9', '0.5: 9'],
      ...['1: 9', '2: 9', '5: 9', '+Inf: 10'],
    ])
    expect(buckets).toHaveLength(ROUND_TRIP_BOUNDS_MS.length + 1)
    expect(text).toContain(`davylamp_gateway_round_trip_seconds_sum${AT_PANEL} 7.5`)
    expect(text).toContain(`davylamp_gateway_round_trip_seconds_count${AT_PANEL} 10`)
    expect(text).toContain('# TYPE davylamp_gateway_round_trip_seconds histogram')
  })

  it('look once for each scrape, count nothing twice and forget what is gone', async () => {
    let looks = 0
    const gauge = health().devices.gauge
    const metrics = new GatewayMetrics({
      facility: 'plant',
      gateway: GATEWAY,
      health: () => {
        looks += 1
        return looks === 1 || gauge === undefined ? health() : { ...health(), devices: { gauge } }
      },
    })
    await metrics.text()
    const text = await metrics.text()
    expect(looks).toBe(2)
    expect(text).toContain(`davylamp_gateway_requests_total${AT_GAUGE} 9`)
    expect(text).not.toContain('device="panel"')
  })

  it('are 0 for an empty outbox', async () => {
    const empty = { ...health(), outbox: { ...health().outbox, oldest: null } }
    const text = await new GatewayMetrics({ facility: 'plant', gateway: GATEWAY, health: () => empty }).text()
    expect(text).toContain(`davylamp_gateway_outbox_oldest_age_seconds${AT_GATEWAY} 0`)
  })

  it('stand in a text that says help and type once for every family', async () => {
    const text = await new GatewayMetrics({ facility: 'plant', gateway: GATEWAY, health }).text()
    const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(types).toEqual([...new Set(types)])
    expect(types.every((name) => name?.startsWith('davylamp_gateway_'))).toBe(true)
    const samples = [...text.matchAll(/^(davylamp\w+)\{/gm)].map(([, name = '']) =>
      name.replace(/_(bucket|sum|count)$/, ''),
    )
    expect(samples.filter((name) => !types.includes(name))).toEqual([])
    expect(text.endsWith('\n')).toBe(true)
  })
})

describe('the text of a histogram', () => {
  it('escapes its labels', () => {
    const rows = [{ labels: { a: 'x"\\\n' }, counts: [1, 2], sumMs: 5 }]
    expect(histogramText({ name: 'h', help: 'Help', boundsMs: [1_000] }, rows)).toBe(
      [
        '# HELP h Help',
        '# TYPE h histogram',
        'h_bucket{a="x\\"\\\\\\n",le="1"} 1',
        'h_bucket{a="x\\"\\\\\\n",le="+Inf"} 3',
        'h_sum{a="x\\"\\\\\\n"} 0.005',
        'h_count{a="x\\"\\\\\\n"} 3',
        '',
      ].join('\n'),
    )
  })
})
