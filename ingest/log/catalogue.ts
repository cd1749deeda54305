import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility, Sensor } from '../../contracts/facility.ts'
import type { SeriesTags } from '../../contracts/store.ts'
import type { SensorNumbers } from './log-record.ts'

type Tags = Omit<SeriesTags, 'facility' | 'sensor'>

/** A line of sensors.ndjson: numbers count from 1 and are never given again. */
interface NumberLine {
  n: number
  facility: string
  sensor: string
}

/** A line of versions.ndjson: what the sensors of a facility are tagged with from a time on. Key: number. */
interface VersionLine {
  facility: string
  /** Epoch ms; the first version of a facility counts for all times before it too. */
  since: number
  tags: Record<string, Tags>
}

interface Version {
  since: number
  /** Key: number of the sensor. */
  series: Map<number, SeriesTags>
}

const NONE: ReadonlyMap<string, number> = new Map()

/**
 * The sensors that the log speaks of by number, and what they were tagged with at what time: a reading of
 * last month bears the area its sensor stood in then. Two files beside the log that are only appended to.
 */
export class Catalogue implements SensorNumbers {
  readonly #folder: string
  /** Index: number. */
  readonly #names: (NumberLine | undefined)[] = []
  /** Key: facility id, then sensor id. */
  readonly #numbers = new Map<string, Map<string, number>>()
  /** Key: facility id. In order of time. */
  readonly #versions = new Map<string, Version[]>()
  /** Lines that have been read or written. */
  readonly #known = { sensors: 0, versions: 0 }

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Reads what there is. @throws CodedError DATA_DAMAGED or DATA_UNWRITABLE */
  static open(folder: string): Catalogue {
    const catalogue = new Catalogue(folder)
    catalogue.readOn()
    return catalogue
  }

  /** What another thread has added since. @throws CodedError DATA_DAMAGED or DATA_UNWRITABLE */
  readOn(): void {
    const { sensors, versions } = this.#known
    for (const line of readLines<NumberLine>(this.#file('sensors')).slice(sensors)) this.#number(line)
    for (const line of readLines<VersionLine>(this.#file('versions')).slice(versions)) this.#version(line)
  }

  /** Numbers the sensors of a facility and notes a change of their tags. Durable when it returns. */
  register(facility: Facility, now: number): void {
    const known = this.#numbers.get(facility.id)
    const added = [...facility.sensors.keys()]
      .filter((sensor) => known?.has(sensor) !== true)
      .map((sensor, index) => ({ n: Math.max(1, this.#names.length) + index, facility: facility.id, sensor }))
    appendLines(this.#folder, this.#file('sensors'), added)
    for (const line of added) this.#number(line)

    const tags: Record<string, Tags> = {}
    for (const sensor of facility.sensors.values())
      tags[this.numberOf(facility.id, sensor.id)] = tagsOf(sensor)
    const latest = this.#versions.get(facility.id)?.at(-1)
    if (latest !== undefined && isSame(latest, tags)) return
    const line = { facility: facility.id, since: now, tags }
    appendLines(this.#folder, this.#file('versions'), [line])
    this.#version(line)
  }

  numbersOf(facility: string): ReadonlyMap<string, number> {
    return this.#numbers.get(facility) ?? NONE
  }

  /** @throws CodedError INTERNAL for a sensor that was not registered */
  numberOf(facility: string, sensor: string): number {
    const number = this.#numbers.get(facility)?.get(sensor)
    if (number === undefined) throw new CodedError('INTERNAL', `${facility}: ${sensor} has no number`)
    return number
  }

  /** @throws CodedError DATA_DAMAGED for a number that was never given */
  sensorOf(number: number): string {
    const name = this.#names[number]
    if (name === undefined) throw new CodedError('DATA_DAMAGED', `${this.#folder}: no sensor ${number}`)
    return name.sensor
  }

  /** What a reading of that time is tagged with; the same object for the same series. */
  seriesOf(facility: string, sensor: string, time: number): SeriesTags {
    const number = this.numberOf(facility, sensor)
    const versions = this.#versions.get(facility) ?? []
    let earliest: SeriesTags | undefined
    for (let at = versions.length - 1; at >= 0; at--) {
      const version = versions[at]
      const series = version?.series.get(number)
      if (series !== undefined) earliest = series
      if (version !== undefined && version.since <= time && series !== undefined) return series
    }
    // Sampled before the sensor stood in the file: by what it was called first.
    if (earliest === undefined) throw new CodedError('DATA_DAMAGED', `${this.#folder}: no tags of ${sensor}`)
    return earliest
  }

  #file(name: 'sensors' | 'versions'): string {
    return join(this.#folder, `${name}.ndjson`)
  }

  #number(line: NumberLine): void {
    this.#known.sensors += 1
    this.#names[line.n] = line
    const numbers = this.#numbers.get(line.facility) ?? new Map<string, number>()
    numbers.set(line.sensor, line.n)
    this.#numbers.set(line.facility, numbers)
  }

  #version({ facility, since, tags }: VersionLine): void {
    this.#known.versions += 1
    const series = new Map<number, SeriesTags>()
    for (const [key, rest] of Object.entries(tags)) {
      const number = Number(key)
      series.set(number, { ...rest, facility, sensor: this.sensorOf(number) })
    }
    const versions = this.#versions.get(facility) ?? []
    versions.push({ since, series })
    this.#versions.set(facility, versions)
  }
}

function tagsOf({ kind, area, gateway, device, quantity, unit }: Sensor): Tags {
  return { kind, area, gateway, device, quantity, unit }
}

function isSame({ series }: Version, tags: Readonly<Record<string, Tags>>): boolean {
  const entries = Object.entries(tags)
  return (
    entries.length === series.size &&
    entries.every(([number, tag]) => {
      const known = series.get(Number(number))
      return (
        known !== undefined && (Object.keys(tag) as (keyof Tags)[]).every((key) => known[key] === tag[key])
      )
    })
  )
}

/** A last line without an end was being written when the power went: nothing refers to it yet. */
function readLines<T>(file: string): T[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new CodedError('DATA_UNWRITABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
  const lines = text.split('\n').slice(0, -1)
  return lines.flatMap((line, index): T[] => {
    if (line === '') return []
    try {
      return [JSON.parse(line) as T]
    } catch (error) {
      throw new CodedError('DATA_DAMAGED', `${file}:${index + 1}: ${(error as Error).message}`, {
        cause: error,
      })
    }
  })
}

function appendLines(folder: string, file: string, lines: readonly object[]): void {
  if (lines.length === 0) return
  try {
    mkdirSync(folder, { recursive: true })
    const handle = openSync(file, 'a+')
    try {
      ftruncateSync(handle, readFileSync(handle).lastIndexOf('\n') + 1)
      writeSync(handle, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw new CodedError('DATA_UNWRITABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
}
