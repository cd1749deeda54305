import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { type ThresholdsConfig, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import type { FigureId } from '../../contracts/kpi.ts'
import { type Bound, TARGETS, type Target } from '../../contracts/kpi-targets.ts'
import { COLOUR } from './look.ts'

/** A threshold colours from its value on, and what is at most 150 is good at 150: its colour begins so much later. */
const BEYOND = 1e-6

/** @throws Error when the standards have none: a mistake of ours */
export function targetOf(id: FigureId): Target {
  const target = TARGETS[id]
  if (target === undefined) throw new Error(`${id} has no target`)
  return target
}

/** Of a description: `Target: about 150, at most 300 (ISA-18.2).` */
export function targetText(id: FigureId): string {
  const { text, source } = targetOf(id)
  return `Target: ${text} (${source}).`
}

/** Grey where a figure is good, yellow where it is manageable, orange where it is over. */
export function targetSteps(id: FigureId): Builder<ThresholdsConfig> {
  const { good, manageable = good } = targetOf(id)
  const [first, second] = 'atLeast' in good ? [manageable, good] : [good, manageable]
  const colours =
    'atLeast' in good
      ? [COLOUR.high, COLOUR.medium, COLOUR.normal]
      : [COLOUR.normal, COLOUR.medium, COLOUR.high]
  const values = [null, beginning(first), beginning(second)]
  const all = values.map((value, index) => ({ value, color: colours[index] ?? COLOUR.normal }))
  // Without a manageable part both begin at one value, and the later one is what holds.
  const steps = first === second ? all.filter((_step, index) => index !== 1) : all
  return { build: () => ({ mode: ThresholdsMode.Absolute, steps }) }
}

/** The value from which on a bound is broken, or kept when it is one from below. */
function beginning(bound: Bound): number {
  if ('atMost' in bound) return bound.atMost + BEYOND
  return 'under' in bound ? bound.under : bound.atLeast
}
