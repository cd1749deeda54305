import { kindBoard } from './kind.ts'

/** Detectors: the highest concentration of an interval, since a puff that a mean would hide is the warning. */
export const GAS = kindBoard({
  kind: 'gas',
  name: 'gas',
  title: 'Gas',
  description: 'Concentrations of all gas detectors with their set points. Each unit has a panel of its own.',
  reduce: 'max',
})
