import type { Path } from '../../config-document.ts'
import type { Problem } from '../../config-problems.ts'
import type { FacilityFile } from '../../facility-schema.ts'
import { criterionOf, isCas } from '../../register/gb18218.ts'
import type { Placed, Sound } from '../../sound-parts.ts'
import { listedRows, readStrapping, type StrappingRow, strappingProblems } from './strapping-table.ts'
import type { FloatingRoof, Tank, TankLimit, TankSubstance } from './tank.ts'
import { pathOf, resolveTank } from './tank-resolve.ts'
import type { TankFile, TankShapeFile } from './tank-schema.ts'
import { spanOf } from './tank-shape.ts'
import { volumeAt } from './tank-volume.ts'

type Part = NonNullable<Sound<FacilityFile['tanks'][number]>>
type Key = Exclude<keyof TankShapeFile, 'kind'>

/** What each shape needs; `?` is what it may have, `|` one of them. */
const KEYS: Readonly<Record<TankShapeFile['kind'], { needs: readonly Key[]; takes: readonly Key[] }>> = {
  'vertical-cylinder': { needs: ['diameter', 'height'], takes: [] },
  'horizontal-cylinder': { needs: ['diameter', 'length'], takes: ['heads'] },
  sphere: { needs: ['diameter'], takes: [] },
  strapping: { needs: [], takes: ['rows', 'file'] },
}

/** From the lowest to the highest. H may be the maximum working level itself; the others lie apart. */
const ASCENDING: readonly TankLimit[] = ['LL', 'L', 'MW', 'H', 'HH', 'CH']

/** Where a zone of a round tank is looked at, between its ends. */
const ZONE_POINTS = 15

/** What the schema cannot say of tanks. `origin` is the path of the facility file. */
export function tankProblems(tanks: readonly Placed<Part>[], origin: string): Problem[] {
  const first = new Map<string, number>()
  return tanks.flatMap(({ part, path }, index) => {
    const id = part.id?.toLowerCase()
    const isRepeated = id !== undefined && first.has(id)
    if (id !== undefined && !isRepeated) first.set(id, index)
    return [
      ...(isRepeated ? [{ path: [...path, 'id'], message: `tank "${part.id}" is there already` }] : []),
      ...partProblems(part, path, origin),
    ]
  })
}

function partProblems(part: Part, path: Path, origin: string): Problem[] {
  const problems = [
    ...(part.shape === undefined ? [] : shapeProblems(part.shape, [...path, 'shape'], origin)),
    ...orderProblems(part, path),
    ...substanceProblems(part, path),
    ...(part.roof !== undefined && part.substance === undefined
      ? [{ path: [...path, 'roof'], message: 'a floating roof needs the density of `substance`' }]
      : []),
  ]
  // Volumes are asked for only of a tank that has them.
  if (problems.length > 0 || !isWhole(part)) return problems
  return volumeProblems(resolveTank(part, origin), path)
}

function isWhole(part: unknown): part is TankFile {
  if (typeof part !== 'object' || part === null) return part !== undefined
  return Object.values(part).every(isWhole)
}

function shapeProblems(shape: NonNullable<Part['shape']>, path: Path, origin: string): Problem[] {
  const { kind } = shape
  if (kind === undefined) return []
  const { needs, takes } = KEYS[kind]
  const given = (Object.keys(shape) as (keyof TankShapeFile)[]).filter((key): key is Key => key !== 'kind')
  const problems: Problem[] = [
    ...given
      .filter((key) => !needs.includes(key) && !takes.includes(key))
      .map((key) => ({ path: [...path, key], message: `a ${kind} has no ${key}` })),
    ...needs
      .filter((key) => !Object.hasOwn(shape, key))
      .map((key) => ({ path: [...path, 'kind'], message: `a ${kind} needs ${key}` })),
  ]
  if (kind !== 'strapping') return problems
  if (Object.hasOwn(shape, 'rows') === Object.hasOwn(shape, 'file'))
    problems.push({ path, message: 'a strapping table is given by rows or by file, and by one of them' })
  return [...problems, ...tableProblems(shape, path, origin)]
}

function tableProblems({ file, rows }: NonNullable<Part['shape']>, path: Path, origin: string): Problem[] {
  if (file !== undefined) {
    const { rows: read, problems } = readStrapping(pathOf(file, origin), file)
    const found = problems.length > 0 ? problems : strappingProblems(read)
    return found.map((message) => ({ path: [...path, 'file'], message }))
  }
  const sound = (rows ?? []).filter((row): row is readonly [number, number] => isWhole(row))
  if (sound.length !== rows?.length) return []
  const listed: readonly StrappingRow[] = listedRows(sound)
  return strappingProblems(listed).map((message) => ({ path: [...path, 'rows'], message }))
}

function orderProblems({ levels }: Part, path: Path): Problem[] {
  const given = ASCENDING.flatMap((key) => {
    const level = levels?.[key]
    return level === undefined ? [] : [{ key, level }]
  })
  return given.flatMap(({ key, level }, index) => {
    const below = given[index - 1]
    if (below === undefined || level > below.level) return []
    if (level === below.level && below.key === 'MW' && key === 'H') return []
    const message = `${key} at ${level} m does not come after ${below.key} at ${below.level} m`
    return [{ path: [...path, 'levels', key], message }]
  })
}

function substanceProblems({ substance }: Part, path: Path): Problem[] {
  const cas = substance?.cas
  if (substance === undefined || cas === undefined) return []
  if (!isCas(cas))
    return [
      { path: [...path, 'substance', 'cas'], message: `${cas} is no CAS number: its check digit is wrong` },
    ]
  const { category, form } = substance as TankSubstance
  if (form === undefined || criterionOf({ cas, form, ...(category && { category }) }) !== undefined) return []
  return [{ path: [...path, 'substance', 'form'], message: `"${form}" is no form of ${cas} that is listed` }]
}

function volumeProblems(tank: Tank, path: Path): Problem[] {
  const { shape, roof, heel } = tank
  const [, most] = spanOf(shape)
  const problems: Problem[] = Object.entries(tank.levels)
    .filter(([, level]) => level > most)
    .map(([key, level]) => ({
      path: [...path, 'levels', key],
      message: `${level} m is above the ${shape.kind === 'strapping' ? 'strapping table' : 'tank'}, which ends at ${most} m`,
    }))
  if (shape.kind === 'strapping' && heel > (shape.volumes[0] ?? 0))
    problems.push({
      path: [...path, 'heel'],
      message: `${heel} m3 below the first row is more than the ${shape.volumes[0]} m3 of it`,
    })
  if (roof === undefined) return problems
  if (roof.from < 0 || roof.to > most)
    problems.push({ path: [...path, 'roof', 'floats'], message: `it floats outside of the tank` })
  else if (volumeAt(tank, roof.to).volume <= volumeAt(tank, roof.from).volume)
    problems.push({
      path: [...path, 'roof', 'zone'],
      message: `within it the tank takes up less than the ${roof.displaced.toFixed(1)} m3 that the roof displaces`,
    })
  else {
    const sinking = sinkingAt(tank, roof)
    if (sinking !== undefined)
      problems.push({
        path: [...path, 'roof', 'zone'],
        message: `the roof takes up more than there is room for up to ${sinking.toFixed(3)} m: a longer zone is needed`,
      })
  }
  return problems
}

/** A level within the zone of the roof up to which less would be in the tank than below it, m. */
function sinkingAt(tank: Tank, { from, to }: FloatingRoof): number | undefined {
  const { shape } = tank
  const between =
    shape.kind === 'strapping'
      ? shape.levels.filter((level) => level > from && level < to)
      : Array.from({ length: ZONE_POINTS }, (_, at) => from + ((to - from) * (at + 1)) / (ZONE_POINTS + 1))
  const levels = [from, ...between, to]
  return levels.find((level, index) => {
    const before = levels[index - 1]
    return before !== undefined && volumeAt(tank, level).volume < volumeAt(tank, before).volume
  })
}
