import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../ingest/metrics/server-metrics.ts'
import { IntakeScene } from './intake-scene.ts'

describe('metrics', () => {
  it('say what was taken, refused and lost, and how far clocks are off', async () => {
    const scene = new IntakeScene()
    const metrics = createMetrics({
      facilities: new Map([['plant', scene.intake.watches]]),
      deadLetters: scene.deadLetters,
      journalLost: () => 3,
      storeDepth: () => 7,
      streamClients: () => 2,
      alarms: () => new Map([['plant', new Map([['UNACK', 3]])]]),
    })
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
      const text = await metrics.metrics()
      for (const line of [
        'davylamp_gateway_batches_total{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_batches_total{facility="plant",gateway="gw-2"} 0',
        'davylamp_gateway_readings_total{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_rejected_total{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_lost_total{facility="plant",gateway="gw-1"} 40',
        'davylamp_gateway_online{facility="plant",gateway="gw-1"} 1',
        'davylamp_gateway_online{facility="plant",gateway="gw-2"} 0',
        'davylamp_gateway_skew_seconds{facility="plant",gateway="gw-1"} 1.5',
        'davylamp_refused_total{code="SENSOR_UNKNOWN"} 1',
        'davylamp_store_queue_readings 7',
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
