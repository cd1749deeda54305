import { Counter, Gauge, type Registry } from 'prom-client'

/** What one way to an outside register has done since the start. */
export interface ExportCount {
  readonly facility: string
  readonly id: string
  readonly sent: number
  readonly refused: number
  readonly givenUp: number
  readonly failures: number
  readonly isFailing: boolean
}

const LABELS = ['facility', 'export'] as const

const COUNTERS = {
  sent: ['Hazards and alarms that the outside register took', ({ sent }) => sent],
  refused: ['Hazards and alarms that it refused', ({ refused }) => refused],
  given_up: ['Hazards and alarms that were given up for their age', ({ givenUp }) => givenUp],
  failures: ['Attempts that did not come through', ({ failures }) => failures],
} satisfies Record<string, readonly [help: string, value: (count: ExportCount) => number]>

/** Figures of the outside registers, read when they are asked for. */
export function exportMetrics(figures: () => readonly ExportCount[], registers: Registry[]): void {
  for (const [name, [help, value]] of Object.entries(COUNTERS))
    new Counter({
      name: `davylamp_export_${name}_total`,
      help,
      labelNames: LABELS,
      registers,
      collect() {
        this.reset()
        for (const count of figures()) this.inc({ facility: count.facility, export: count.id }, value(count))
      },
    })
  new Gauge({
    name: 'davylamp_export_failing',
    help: '1 while nothing comes through to the outside register',
    labelNames: LABELS,
    registers,
    collect() {
      this.reset()
      for (const { facility, id, isFailing } of figures())
        this.set({ facility, export: id }, Number(isFailing))
    },
  })
}
