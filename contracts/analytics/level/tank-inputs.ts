import { CodedError } from '../../errors.ts'
import { convert, UNITS, type Unit } from '../../units.ts'
import type { DerivedInput, DerivedRequest, KindProblem } from '../computation.ts'
import type { DerivedFile } from '../derived-schema.ts'
import type { Tank } from './tank.ts'

type Quantity = (typeof UNITS)[Unit]['quantity']

/** Inputs that computations of tanks name by keys of their own, in the order in which they follow those of `of`. */
const ROLES = ['temperature', 'density', 'inflow', 'outflow', 'permit'] as const
export type Role = (typeof ROLES)[number]

/** What a standard volume is called as a quantity, unless the file calls it something else. */
export const STANDARD_QUANTITY = 'standard-volume'

const QUANTITIES: Readonly<Record<Exclude<Role, 'permit'>, Quantity>> = {
  temperature: 'temperature',
  density: 'density',
  inflow: 'volume-flow',
  outflow: 'volume-flow',
}

function idsOf(file: DerivedFile, role: 'of' | Role): readonly string[] {
  return [file[role] ?? []].flat()
}

/** Every input of a computation of a tank, as {@link rolesOf} counts them. */
export function tankInputsOf(file: DerivedFile): readonly string[] {
  return [...idsOf(file, 'of'), ...ROLES.flatMap((role) => idsOf(file, role))]
}

/** Which of the inputs have each role. */
export function rolesOf(file: DerivedFile): Readonly<Record<Role, readonly number[]>> {
  let next = idsOf(file, 'of').length
  const indexes = (role: Role) => idsOf(file, role).map(() => next++)
  return {
    temperature: indexes('temperature'),
    density: indexes('density'),
    inflow: indexes('inflow'),
    outflow: indexes('outflow'),
    permit: indexes('permit'),
  }
}

export function quantityOf(unit: Unit): Quantity {
  return UNITS[unit].quantity
}

/** The tank of a request that was checked. @throws CodedError INTERNAL for another */
export function tankOf({ file, surroundings }: DerivedRequest): Tank {
  const tank = surroundings.tanks.get(file.tank ?? '')
  if (tank === undefined) throw new CodedError('INTERNAL', `${file.id}: no tank ${file.tank}`)
  return tank
}

/**
 * What is wrong with the tank, the inputs and the unit of a computation of a tank: `result` is what it gives. Its
 * first input is a level, or the volume that was made of one.
 */
export function tankInputProblems(request: DerivedRequest, result: Unit): KindProblem[] {
  const { file, inputs, surroundings, unit } = request
  const problems: KindProblem[] = []
  const tank = surroundings.tanks.get(file.tank ?? '')
  if (tank === undefined) {
    const ids = [...surroundings.tanks.keys()]
    const known = ids.length === 0 ? 'there is none' : `there are ${ids.join(', ')}`
    problems.push({ key: 'tank', message: `no tank "${file.tank}"; ${known}` })
  }
  problems.push(...gaugeProblems(request))
  const roles = rolesOf(file)
  for (const [role, quantity] of Object.entries(QUANTITIES) as [keyof typeof QUANTITIES, Quantity][])
    for (const index of roles[role]) problems.push(...inputProblems(inputs[index], role, quantity))
  if (roles.temperature.length > 0 && tank !== undefined && tank.substance === undefined)
    problems.push({ key: 'temperature', message: `tank "${tank.id}" has no substance with its expansion` })
  return [...problems, ...unitProblems(unit, result)]
}

/** What is wrong with the first input: corrected twice, a volume would be wrong by as much as the first time. */
function gaugeProblems({ file, inputs: [gauge] }: DerivedRequest): KindProblem[] {
  if (gauge === undefined) return []
  if (!['length', 'volume'].includes(quantityOf(gauge.unit)))
    return [{ key: 'of', message: `${gauge.id} in ${gauge.unit} is neither a level nor a volume` }]
  const problems: KindProblem[] = []
  if (gauge.tank !== undefined && gauge.tank !== file.tank)
    problems.push({ key: 'of', message: `${gauge.id} is of tank "${gauge.tank}"` })
  if (!isStandard(gauge)) return problems
  for (const key of ['temperature', 'density'] as const)
    if (file[key] !== undefined)
      problems.push({
        key,
        message: `${gauge.id} is at the reference temperature already: leave it out, or begin with the level`,
      })
  return problems
}

/** A volume at the reference temperature and not at that of the tank. */
export function isStandard({ quantity }: DerivedInput): boolean {
  return quantity === STANDARD_QUANTITY
}

export function unitProblems(unit: Unit, result: Unit): KindProblem[] {
  if (quantityOf(unit) === quantityOf(result)) return []
  return [{ key: 'unit', message: `${unit} is no unit of what it gives, which is in ${result}` }]
}

function inputProblems(
  input: DerivedInput | undefined,
  role: Exclude<Role, 'permit'>,
  quantity: Quantity,
): KindProblem[] {
  if (input === undefined || quantityOf(input.unit) === quantity) return []
  return [{ key: role, message: `${input.id} in ${input.unit} is no ${quantity}` }]
}

/** Between units of one quantity, which `check` has made sure of. */
export function converted(value: number, from: Unit, to: Unit): number {
  return convert(value, from, to) ?? Number.NaN
}
