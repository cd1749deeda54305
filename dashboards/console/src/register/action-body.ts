import type { HazardView, Transition } from '../../../../contracts/register/hazard-api.ts'
import type { HazardAction, RiskMethod } from '../../../../contracts/register/words.ts'
import { plantLocal, plantTimeIso } from '../plant-time.ts'
import type { RegisterTextKey } from '../texts/register.ts'
import { type ActionField, fieldsOf } from './action-fields.ts'
import { FACTORS, SCALES, scoreOf } from './risk-scale.ts'

/** A form as it was typed. Key: field; `method` of the risk. */
export type Draft = Readonly<Record<string, string>>
/** What is wrong. Key: field. */
export type DraftProblems = Readonly<Record<string, RegisterTextKey>>

export interface FormPlace {
  /** IANA name: times are typed in the time of the plant. */
  timezone: string
  /** Epoch ms. */
  now: number
}

/** What an empty form begins with: how the hazard stands. */
export function firstDraft(
  action: HazardAction,
  hazard: HazardView,
  given: { method: RiskMethod; deadlineMs: number | undefined } & FormPlace,
): Draft {
  const { risk, deadline } = hazard
  const offered = given.deadlineMs === undefined ? undefined : given.now + given.deadlineMs
  const until = deadline === null ? offered : Date.parse(deadline)
  const said: Record<string, string | undefined> = {
    method: risk?.method ?? given.method,
    likelihood: risk === null ? '' : String(risk.likelihood),
    exposure: risk?.exposure === undefined || risk.exposure === null ? '' : String(risk.exposure),
    consequence: risk === null ? '' : String(risk.consequence),
    grade: hazard.grade,
    kind: hazard.kind,
    area: hazard.area ?? '',
    needsShutdown: hazard.needsShutdown ? 'true' : '',
    measures: hazard.measures ?? '',
    responsible: hazard.responsible ?? '',
    funds: hazard.funds === null ? '' : String(hazard.funds),
    deadline: until === undefined ? '' : plantLocal(until, given.timezone),
    contingency: hazard.contingency ?? '',
    leader: hazard.leader ?? '',
    plan: hazard.plan?.text ?? '',
  }
  const names = fieldsOf(action, hazard).flatMap(({ name, input }) =>
    input === 'risk' ? ['method', ...FACTORS] : [name],
  )
  return Object.fromEntries(names.map((name) => [name, said[name] ?? '']))
}

/** The request, or what is wrong with each field. Whether it may be the server decides. */
export function bodyOf(
  action: HazardAction,
  hazard: HazardView,
  { draft, by, place }: { draft: Draft; by: { by?: string }; place: FormPlace },
): { ok: true; body: Transition } | { ok: false; problems: DraftProblems } {
  const problems: Record<string, RegisterTextKey> = {}
  const said: Record<string, unknown> = {}
  for (const field of fieldsOf(action, hazard)) {
    const read = field.input === 'risk' ? readRisk(draft) : readField(field, draft[field.name] ?? '', place)
    if ('problem' in read) problems[field.name] = read.problem
    else Object.assign(said, read.said)
  }
  return Object.keys(problems).length > 0
    ? { ok: false, problems }
    : { ok: true, body: { action, version: hazard.version, ...by, ...said } }
}

type Read = { said: Readonly<Record<string, unknown>> } | { problem: RegisterTextKey }

function readField({ name, input, isNeeded }: ActionField, typed: string, place: FormPlace): Read {
  const text = typed.trim()
  if (input === 'check') return { said: { [name]: typed === 'true' } }
  if (text === '') return isNeeded ? { problem: 'missing' } : { said: {} }
  if (input === 'number') {
    const value = Number(text.replaceAll(/[\s,]/g, ''))
    return Number.isFinite(value) && value >= 0 ? { said: { [name]: value } } : { problem: 'notNumber' }
  }
  if (input === 'time') {
    const time = plantTimeIso(text, place.timezone)
    if (time === undefined) return { problem: 'notTime' }
    return Date.parse(time) > place.now ? { said: { [name]: time } } : { problem: 'inPast' }
  }
  return { said: { [name]: text } }
}

function readRisk(draft: Draft): Read {
  const method: RiskMethod = draft.method === 'LEC' ? 'LEC' : 'LS'
  if (scoreOf(method, draft) === undefined) return { problem: 'missing' }
  const factors = FACTORS.filter((factor) => SCALES[method][factor] !== undefined)
  return { said: Object.fromEntries(factors.map((factor) => [factor, Number(draft[factor])])) }
}
