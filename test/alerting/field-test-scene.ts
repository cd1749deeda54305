import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { liveState, shownState } from '../../alerting/alarm-record.ts'
import { Changes, type Evaluation } from '../../alerting/evaluation.ts'
import type { FieldTest, KeptTest } from '../../alerting/field-tests/field-test.ts'
import type { TestOrder } from '../../alerting/field-tests/test-order.ts'
import type { Facility } from '../../contracts/facility.ts'
import { evidenceBatch } from './alarm-fixtures.ts'

export const MINUTE = 60_000

/** A bump test of T-1 by li for ten minutes, unless said otherwise. */
export function order(over: Partial<TestOrder> = {}): TestOrder {
  const sensors = over.area === undefined ? { sensors: ['T-1'] } : {}
  return { kind: 'bump', ...sensors, forMs: 10 * MINUTE, reason: 'monthly', by: 'li', ...over }
}

/** An engine with its time, and what it told since it was last asked. */
export class TestScene {
  now: number
  readonly engine: AlarmEngine
  readonly told: Evaluation['transitions'][number][] = []

  /** `before` is a scene that ended now, and was kept whole. */
  constructor(facility: Facility, before?: TestScene) {
    this.now = before?.now ?? 1_000_000
    const kept = Array.from(before?.engine.entries() ?? [], ({ config, record }) => {
      return [config.id, { record: structuredClone(record), position: 0 }] as const
    })
    this.engine = new AlarmEngine({
      facility,
      now: this.now,
      ...(before === undefined
        ? {}
        : { records: new Map(kept), snapshot: structuredClone(before.engine.snapshot()) }),
    })
    if (before !== undefined) this.note(this.engine.live(this.now))
  }

  /** Good readings of some sensors, a second after what came before. */
  read(values: Readonly<Record<string, number>>): void {
    this.now += 1_000
    const readings = Object.entries(values).map(([sensor, value]) => ({
      ...{ sensor, time: this.now, value, quality: 'good' as const },
    }))
    const gateway = this.engine.entry(`${readings[0]?.sensor}.FAULT`)?.sensor.gateway ?? 'gw-1'
    this.note(this.engine.evaluate(evidenceBatch({ gateway, readings }), this.now))
  }

  wait(ms: number): void {
    this.now += ms
    this.note(this.engine.advance(this.now))
  }

  start(over: Partial<TestOrder> = {}): FieldTest {
    const changes = new Changes('plant')
    const test = this.engine.tests.start(order(over), this.now, changes)
    this.note(changes)
    return test
  }

  end(number = 1, by = 'li'): FieldTest {
    const changes = new Changes('plant')
    const test = this.engine.tests.end(number, by, this.now, changes)
    this.note(changes)
    return test
  }

  note({ transitions }: Evaluation): void {
    this.told.push(...transitions)
  }

  /** `alarm event state`, forgotten afterwards. */
  news(): string[] {
    return this.told
      .splice(0)
      .map(({ config, event, record }) => `${config.id} ${event} ${shownState(record)}`)
  }

  state(alarm: string): { shown: string; live: string } | undefined {
    const record = this.engine.entry(alarm)?.record
    return record === undefined ? undefined : { shown: shownState(record), live: liveState(record) }
  }
}

export function alarmOf({ sensors }: KeptTest, alarm: string): object | undefined {
  return sensors.flatMap(({ alarms }) => alarms).find((evidence) => evidence.alarm === alarm)
}
