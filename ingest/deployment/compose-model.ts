import Type from 'typebox'
import { parseDocument } from 'yaml'
import { schemaProblems } from '../../contracts/config-problems.ts'

const Texts = Type.Array(Type.String())
const Reference = Type.Union([Texts, Type.Record(Type.String(), Type.Unknown())])

const Mount = Type.Object({
  type: Type.Enum(['bind', 'volume']),
  source: Type.String(),
  target: Type.String(),
  read_only: Type.Optional(Type.Boolean()),
})

/** What we look at of a service; compose itself knows the rest. */
const Service = Type.Object({
  image: Type.Optional(Type.String()),
  build: Type.Optional(Type.Unknown()),
  extends: Type.Optional(Type.Object({ file: Type.Optional(Type.String()), service: Type.String() })),
  user: Type.Optional(Type.String()),
  read_only: Type.Optional(Type.Boolean()),
  cap_drop: Type.Optional(Texts),
  cap_add: Type.Optional(Texts),
  security_opt: Type.Optional(Texts),
  restart: Type.Optional(Type.String()),
  logging: Type.Optional(Type.Object({ options: Type.Record(Type.String(), Type.String()) })),
  healthcheck: Type.Optional(Type.Unknown()),
  depends_on: Type.Optional(Type.Record(Type.String(), Type.Object({ condition: Type.String() }))),
  networks: Type.Optional(Reference),
  network_mode: Type.Optional(Type.String()),
  ports: Type.Optional(Texts),
  volumes: Type.Optional(Type.Array(Mount)),
  secrets: Type.Optional(Texts),
  mem_limit: Type.Optional(Type.String()),
  deploy: Type.Optional(
    Type.Object({ resources: Type.Object({ limits: Type.Object({ memory: Type.String() }) }) }),
  ),
})

const ComposeSchema = Type.Object({
  services: Type.Record(Type.String(), Service),
  networks: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  volumes: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  secrets: Type.Optional(Type.Record(Type.String(), Type.Object({ file: Type.String() }))),
})

export type ComposeService = Type.Static<typeof Service>
export type ComposeModel = Type.Static<typeof ComposeSchema>

/** A compose file with its variables filled in, and what is wrong with its form. */
export interface ReadCompose {
  readonly model: ComposeModel | undefined
  readonly problems: readonly string[]
  /** Variables that it needs and nobody gives. */
  readonly missing: readonly string[]
}

export function readCompose(text: string, variables: ReadonlyMap<string, string>): ReadCompose {
  const missing = new Set<string>()
  const document = parseDocument(text, { merge: true })
  if (document.errors.length > 0)
    return { model: undefined, problems: document.errors.map(({ message }) => message), missing: [] }
  const content = filledIn(document.toJS(), variables, missing)
  const problems = schemaProblems(ComposeSchema, content).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
  return {
    model: problems.length === 0 ? (content as ComposeModel) : undefined,
    problems,
    missing: [...missing].sort(),
  }
}

function filledIn(value: unknown, variables: ReadonlyMap<string, string>, missing: Set<string>): unknown {
  if (typeof value === 'string') return interpolated(value, variables, missing)
  if (Array.isArray(value)) return value.map((inner) => filledIn(inner, variables, missing))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filledIn(inner, variables, missing)]),
  )
}

/** `$$`, `${NAME}`, `${NAME:-default}` and `${NAME:?message}`, which is all that our compose files use. */
function interpolated(text: string, variables: ReadonlyMap<string, string>, missing: Set<string>): string {
  return text.replaceAll(
    /\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (found, name: string | undefined, kind: string | undefined, word = '') => {
      if (name === undefined) return found.slice(1)
      const value = variables.get(name)
      if (value !== undefined && value !== '') return value
      if (kind === '-') return word
      missing.add(name)
      return ''
    },
  )
}
