import Type from 'typebox'
import { schemaProblems } from '../../contracts/config-problems.ts'
import { CodedError } from '../../contracts/errors.ts'
import { DEFAULT_PORTS, type DeploymentOptions } from './options.ts'

const Ports = Type.Object(
  Object.fromEntries(
    Object.keys(DEFAULT_PORTS).map((name) => [name, Type.Integer({ minimum: 1, maximum: 65_535 })]),
  ),
)

const ManifestSchema = Type.Object({
  format: Type.Literal(1),
  version: Type.String(),
  options: Type.Object({
    configs: Type.Array(Type.String()),
    names: Type.Array(Type.String()),
    native: Type.Boolean(),
    home: Type.String(),
    data: Type.String(),
    influxdb: Type.Enum([1, 2]),
    influxdbUrl: Type.String(),
    listen: Type.String(),
    auth: Type.Enum(['required', 'off']),
    ports: Ports,
    clientCertificates: Type.Boolean(),
    brokerUser: Type.Optional(Type.String()),
    contacts: Type.Object({ emails: Type.Array(Type.String()), webhook: Type.Optional(Type.String()) }),
  }),
  files: Type.Record(Type.String(), Type.String()),
})

/** What a deployment folder knows of itself. */
export interface Manifest {
  readonly options: DeploymentOptions
  /** SHA-256 of every file that templates made, as it was written. Key: its path from the folder. */
  readonly files: Readonly<Record<string, string>>
}

/** @throws CodedError DEPLOY_MISSING when the text is no manifest */
export function parseManifest(text: string, where: string): Manifest {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw new CodedError('DEPLOY_MISSING', `${where}: ${(error as Error).message}`, { cause: error })
  }
  const [problem] = schemaProblems(ManifestSchema, content)
  if (problem !== undefined)
    throw new CodedError('DEPLOY_MISSING', `${where}: ${problem.path.join('.')}: ${problem.message}`)
  const { options, files } = content as Manifest
  return { options, files }
}

export function formatManifest({ options, files }: Manifest, version: string): string {
  return `${JSON.stringify({ format: 1, version, options, files }, null, 2)}\n`
}
