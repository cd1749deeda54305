import type { Analysis } from './analysis.ts'
import { columnOf, readTable } from './record-file.ts'

export const EXPOSURE_ANALYSIS: Analysis = {
  name: 'exposure',
  about: 'STEL and TWA of a gas, per row',
  usage: '--substance CO --unit ppm\n',
  options: { substance: { type: 'string' }, unit: { type: 'string' } },
  analyse: (file) => ({ column: columnOf(readTable(file), 'value') }),
}
