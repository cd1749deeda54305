import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility, SharedSection } from '../../contracts/facility.ts'
import type { InspectedFacility } from '../../contracts/facility-load.ts'
import type { FacilityFile } from '../../contracts/facility-schema.ts'
import { inspectFacilities } from '../../contracts/facility-set.ts'
import { type GivenFile, givenFiles } from './given-files.ts'

/** A profile file of the plant's own. */
export interface OwnProfile {
  /** What the facility file calls it. */
  readonly word: string
  /** What it is called beside the facility files of the deployment. */
  readonly name: string
  readonly text: string
}

/** One facility file of the plant. */
export interface Plant {
  readonly facility: Facility
  readonly text: string
  readonly profiles: readonly OwnProfile[]
}

/** The facility files of a deployment, and the sections that they share, with their defaults. */
export interface Plants {
  readonly plants: readonly Plant[]
  readonly shared: Pick<FacilityFile, SharedSection>
  /** PEM of the key that signs the journal, where the plant has one. */
  readonly signingKey: string | undefined
  /** Secrets and CAs of channels, of the provider of sign-in and of the register. */
  readonly given: readonly GivenFile[]
}

/** @throws CodedError CONFIG_UNREADABLE, CONFIG_INVALID and so on with all that is wrong with the files */
export function readPlants(configs: readonly string[]): Plants {
  const inspected = inspectFacilities(configs)
  const [first] = inspected
  if (first === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const section = <Section extends SharedSection>(name: Section): FacilityFile[Section] =>
    (inspected.find(({ facility }) => facility.given.includes(name)) ?? first).content[name]
  const { file, server } = first.facility
  const { signingKeyFile } = server.journal
  return {
    plants: inspected.map(plantOf),
    shared: { mqtt: section('mqtt'), store: section('store'), server: section('server') },
    signingKey: signingKeyFile === undefined ? undefined : readText(resolve(dirname(file), signingKeyFile)),
    given: givenFiles(inspected.map(({ facility }) => facility)),
  }
}

function plantOf({ facility, text }: InspectedFacility): Plant {
  const words = new Set(profileWords(parseDocument(text).toJS({ maxAliasCount: 1_000 })))
  const profiles = Array.from(words, (word) => ({
    word,
    name: `profiles/${word.replace(/^(\.{0,2}\/)*(profiles\/)?/, '').replaceAll('/', '-')}`,
    text: readText(resolve(dirname(facility.file), word)),
  }))
  const names = profiles.map(({ name }) => name)
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin !== undefined)
    throw new CodedError('CONFIG_INVALID', `${facility.file}: two profile files are called ${basename(twin)}`)
  return { facility, text, profiles }
}

/** Profiles that devices name by a path. */
function profileWords(content: unknown): string[] {
  if (typeof content !== 'object' || content === null) return []
  return Object.entries(content).flatMap(([key, value]) =>
    key === 'profile' && typeof value === 'string'
      ? value.endsWith('.yaml')
        ? [value]
        : []
      : profileWords(value),
  )
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
}
