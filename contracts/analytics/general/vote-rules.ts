import type { DerivedInput, DerivedRequest, KindProblem } from '../computation.ts'
import type { DerivedFile } from '../derived-schema.ts'
import type { VoteSettings } from './architecture.ts'
import type { SetPoint } from './channel.ts'

/** A faulted detector counts as one in alarm unless the file says otherwise. */
export function voteSettings(file: DerivedFile, onFault: VoteSettings['onFault'] = 'vote'): VoteSettings {
  return {
    need: file.need ?? 1,
    onFault: file.onFault ?? onFault,
    onInhibit: file.onInhibit ?? 'drop-out',
    onOverdue: file.onOverdue ?? 'drop-out',
    minHealthy: file.minHealthy ?? 1,
  }
}

/** Of each input, as the file has them. */
export function setPointsOf({ file, inputs }: Pick<DerivedRequest, 'file' | 'inputs'>): SetPoint[] {
  return inputs.map(({ alarm }) => ({
    when: (alarm?.when ?? file.when) === 'low' ? 'low' : 'high',
    limit: alarm?.limit ?? file.limit ?? Number.NaN,
    deadband: alarm?.deadband ?? file.deadband ?? 0,
    onDelayMs: alarm?.onDelayMs ?? 0,
    offDelayMs: alarm?.offDelayMs ?? 0,
  }))
}

/** What is wrong with who votes and how many have to. */
export function channelProblems({ file, inputs, unit }: DerivedRequest): KindProblem[] {
  const problems: KindProblem[] = []
  const count = inputs.length
  const { need = 1, minHealthy = 1 } = file
  if (need > count)
    problems.push({ key: 'need', message: `${need}oo${count}: of ${count} there are never ${need}` })
  if (minHealthy > count)
    problems.push({ key: 'minHealthy', message: `of ${count} there are never ${minHealthy} healthy` })
  const [first] = inputs
  const other = inputs.find(({ kind }) => kind !== first?.kind)
  if (first !== undefined && other !== undefined)
    problems.push({
      key: 'of',
      message: `a vote is of sensors of one kind: ${first.id} is ${first.kind}, ${other.id} is ${other.kind}`,
    })
  const foreign = inputs.find((input) => input.unit !== first?.unit)
  if (first !== undefined && foreign !== undefined)
    problems.push({
      key: 'of',
      message: `a vote is of sensors in one unit: ${first.id} is in ${first.unit}, ${foreign.id} in ${foreign.unit}`,
    })
  const twice = inputs.find(({ sensor }, at) => inputs.findIndex((one) => one.sensor === sensor) !== at)
  if (twice !== undefined) problems.push({ key: 'of', message: `${twice.sensor} would have two votes` })
  if (unit !== '1') problems.push({ key: 'unit', message: 'what is counted has unit "1"' })
  return problems
}

/** What is wrong with the set points of a vote. */
export function setPointProblems({ file, inputs }: DerivedRequest): KindProblem[] {
  const alarms = inputs.flatMap(({ alarm }) => alarm ?? [])
  if (alarms.length === 0)
    return file.limit === undefined
      ? [{ key: 'compute', message: 'a vote of sensors needs limit; one of alarms goes by their set points' }]
      : []
  if (alarms.length < inputs.length) return [{ key: 'of', message: mixed(inputs) }]
  const problems: KindProblem[] = (['limit', 'when', 'deadband'] as const)
    .filter((key) => file[key] !== undefined)
    .map((key) => ({
      key,
      message: `a vote of alarms goes by their set points, and has no ${key} of its own`,
    }))
  const [first] = alarms
  const odd = alarms.find(({ when }) => when !== 'high' && when !== 'low')
  if (odd !== undefined)
    problems.push({ key: 'of', message: `${odd.id} is no high or low alarm, but ${odd.when}` })
  const opposite = alarms.find(({ when }) => when !== first?.when)
  if (odd === undefined && first !== undefined && opposite !== undefined)
    problems.push({
      key: 'of',
      message: `a vote is of one side: ${first.id} is ${first.when}, ${opposite.id} is ${opposite.when}`,
    })
  return problems
}

function mixed(inputs: readonly DerivedInput[]): string {
  const sensor = inputs.find(({ alarm }) => alarm === undefined)
  return `a vote is of sensors or of alarms: ${sensor?.id} is a sensor, and others are alarms`
}
