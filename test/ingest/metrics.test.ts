import { describe, expect, it } from 'vitest'
import { AlarmLegs } from '../../alerting/notify/alarm-legs.ts'
import { Lags } from '../../ingest/metrics/lags.ts'
import { ServerMetrics } from '../../ingest/metrics/server-metrics.ts'
import { IntakeScene } from './intake-scene.ts'

describe('metrics', () => {
  it('say what was taken, refused and lost, and how far clocks are off', async () => {
    const scene = new IntakeScene()
    const lags = new Lags()
    const figures = {
      ...{ received: 4, bytes: 160_000, repeated: 1, refused: 2, failed: 3, postponed: 5, evicted: 6 },
      ...{ stored: 40, storedBytes: 1_600_000 },
    }
    const metrics = new ServerMetrics({
      places: () => [
        {
          facility: scene.facility,
          intake: scene.intake,
          foreign: { duplicates: 5 },
          waveforms: { figures },
        },
      ],
      deadLetters: scene.deadLetters,
      log: {
        bytes: 100,
        counters: { bytes: 90, syncs: 4, queuedBytes: 10, segments: 2 },
        refusal: 'LOG_FULL',
        last: 9,
        syncedTo: 8,
      },
      drain: { points: 70, refused: 6, behind: 3, mirror: { sent: 50, dropped: 20 } },
      lags,
      exports: () => [],
      legs: new AlarmLegs().histograms,
      journalLost: () => 3,
      tls: {
        certificates: () => [
          { what: 'server.tls.cert', file: 'server.pem', subject: 'CN=a', until: 90_500, state: 'expiring' },
          { what: 'mqtt.ca', file: 'ca.pem', subject: 'CN=ca', until: 500, state: 'expired' },
        ],
        now: () => 30_500,
      },
      streamClients: () => 2,
      alarms: () => new Map([['plant', new Map([['UNACK', 3]])]]),
    })
    lags.add('confirmed', { isLive: true, ms: 30, times: 40 })
    lags.add('stored', { isLive: false, ms: 7_200_000, times: 1_000 })
    const sent = scene.now - 1_500
    const gaps = [
      { epoch: 'e0', seqs: [[1, 1] as [number, number]], count: 40, from: 1, to: 1, reason: 'full' },
    ]
    await scene.live({
      sent,
      gaps,
      readings: [
        { sensor: 'GT-101', time: sent, value: 1 },
        { sensor: 'GT-999', time: sent, value: 1 },
      ],
    })
    const expectLines = async () => {
      const text = await metrics.text()
      for (const line of [
        'davylamp_gateway_batches_total{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_batches_total{facility="plant",gateway="gw-2"} 0',
        'davylamp_gateway_readings_total{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_rejected_total{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_lost_total{facility="plant",gateway="gw-1"} 40',
        'davylamp_waveforms_received_total{facility="plant"} 4',
        'davylamp_waveforms_received_bytes_total{facility="plant"} 160000',
        'davylamp_waveforms_repeated_total{facility="plant"} 1',
        'davylamp_waveforms_refused_total{facility="plant"} 2',
        'davylamp_waveforms_failed_total{facility="plant"} 3',
        'davylamp_waveforms_postponed_total{facility="plant"} 5',
        'davylamp_waveforms_evicted_total{facility="plant"} 6',
        'davylamp_waveforms_stored{facility="plant"} 40',
        'davylamp_waveforms_stored_bytes{facility="plant"} 1600000',
        'davylamp_gateway_online{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_online{facility="plant",gateway="gw-2"} 0',
        'davylamp_gateway_skew_seconds{facility="plant",gateway="gw-1"} 1.5',
        'davylamp_refused_total{code="SENSOR_UNKNOWN"} 1',
        'davylamp_gateway_dropped_readings_total{facility="plant",gateway="gw-1",reason="full"} 40',
        'davylamp_gateway_cloned{facility="plant",gateway="gw-1"} 0',
        'davylamp_stored_points_total 70',
        'davylamp_store_refused_points_total 6',
        'davylamp_store_behind_records 3',
        'davylamp_mirror_dropped_points_total 20',
        'davylamp_log_bytes 100',
        'davylamp_certificate_expiry_seconds{certificate="server.tls.cert"} 60',
        'davylamp_certificate_expiry_seconds{certificate="mqtt.ca"} -30',
        'davylamp_log_refusing 1',
        'davylamp_foreign_duplicates_total{facility="plant"} 5',
        'davylamp_lag_seconds_bucket{stage="confirmed",lane="live",le="0.02"} 0',
        'davylamp_lag_seconds_bucket{stage="confirmed",lane="live",le="0.05"} 40',
        'davylamp_lag_seconds_count{stage="stored",lane="backlog"} 1000',
        'davylamp_lag_seconds_bucket{stage="stored",lane="backlog",le="3600"} 0',
        'davylamp_lag_seconds_sum{stage="stored",lane="backlog"} 7200000',
        'davylamp_journal_lost_total 3',
        'davylamp_stream_clients 2',
        'davylamp_alarms{facility="plant",state="UNACK"} 3',
      ]) {
        expect(text.split('\n')).toContain(line)
      }
    }
    await expectLines()
    // Reading them again counts nothing twice.
    await expectLines()
  })
})
