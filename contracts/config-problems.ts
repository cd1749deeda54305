import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'
import type { Path } from './config-document.ts'
import type { JsonSchema } from './json-schema.ts'
import { didYouMean } from './suggestion.ts'

// The default of 8 would hide errors, and a person wants them all at once.
Settings.Set({ maxErrors: 10_000 })

/** One thing that is wrong with a file, before anybody looked up its line. */
export interface Problem {
  path: Path
  message: string
}

/** What was expected, for values whose schema has no title. Key: keyword of JSON Schema. */
const EXPECTED: Record<string, (parameters: Record<string, unknown>) => string> = {
  type: ({ type }) => TYPE_WORDS[String(type)] ?? String(type),
  minimum: ({ limit }) => `at least ${limit}`,
  maximum: ({ limit }) => `at most ${limit}`,
  exclusiveMinimum: ({ limit }) => `more than ${limit}`,
  minLength: ({ limit }) => `at least ${limit} characters`,
  maxLength: ({ limit }) => `at most ${limit} characters`,
  minItems: ({ limit }) => `at least ${limit} in the list`,
  maxItems: ({ limit }) => `at most ${limit} in the list`,
  pattern: ({ pattern }) => `text that matches ${pattern}`,
}

const TYPE_WORDS: Record<string, string> = {
  object: 'a map of keys',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
}

/** Nearly every file is right, which a compiled schema sees 20 times sooner than the search for errors. */
const compiled = new WeakMap<TSchema, Validator>()

function isRight(schema: TSchema, value: unknown): boolean {
  const validator = compiled.get(schema) ?? Compile(schema)
  compiled.set(schema, validator)
  return validator.Check(value)
}

/** Everything a value breaks of a schema, in words for people, with a suggestion for misspelt keys. */
export function schemaProblems(schema: TSchema, value: unknown): Problem[] {
  if (isRight(schema, value)) return []
  const problems: Problem[] = []
  for (const error of Value.Errors(schema, value)) {
    // `boolean` repeats additionalProperties; members of a union are told by the union as one.
    if (error.keyword === 'boolean' || error.schemaPath.includes('/anyOf/')) continue
    const path = toPath(error.instancePath, value)
    const node = follow(schema as JsonSchema, error.schemaPath)
    const parameters = error.params as Record<string, unknown>
    switch (error.keyword) {
      case 'additionalProperties': {
        const known = Object.keys(node?.properties ?? {})
        for (const key of parameters.additionalProperties as string[]) {
          const rule = known.length === 0 && node?.title !== undefined ? `: expected ${node.title}` : ''
          problems.push({
            path: [...path, key],
            message: `unknown key "${key}"${didYouMean(key, known)}${rule}`,
          })
        }
        break
      }
      case 'required':
        for (const key of parameters.requiredProperties as string[]) {
          problems.push({ path: [...path, key], message: `required key "${key}" is missing` })
        }
        break
      case 'enum': {
        const actual = at(value, path)
        const allowed = (parameters.allowedValues as unknown[]).map(String)
        const hint =
          typeof actual === 'number' && allowed.includes(String(actual))
            ? `; quote it: "${actual}"`
            : didYouMean(String(actual), allowed).replace(',', ';')
        problems.push({ path, message: `${show(actual)} is not one of ${allowed.join(', ')}${hint}` })
        break
      }
      default: {
        const actual = at(value, path)
        const wanted = EXPECTED[error.keyword]?.(parameters) ?? error.message
        const expected = parameters.type === 'object' ? wanted : (node?.title ?? wanted)
        const isUnquoted = typeof actual === 'number' && new RegExp(node?.pattern ?? '').test(String(actual))
        const hint = isUnquoted && parameters.type === 'string' ? `; quote it: "${actual}"` : ''
        problems.push({ path, message: `${show(actual)}: expected ${expected}${hint}` })
      }
    }
  }
  return problems
}

/** JSON pointer to steps; a step into an array becomes a number. */
function toPath(pointer: string, root: unknown): Path {
  const path: (string | number)[] = []
  let node = root
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(node) ? Number(key) : key)
    node = (node as Record<string, unknown> | undefined)?.[key]
  }
  return path
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, step) => (node as Record<string | number, unknown> | undefined)?.[step],
    root,
  )
}

function show(value: unknown): string {
  // JSON has no word for NaN and the infinities.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function follow(schema: JsonSchema, schemaPath: string): JsonSchema | undefined {
  let node: unknown = schema
  // A key of patternProperties may itself contain a slash, so the longest one that fits is taken.
  let steps = schemaPath
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '')
  while (steps.length > 0) {
    let taken = steps.length
    while (taken > 0 && !Object.hasOwn(node as object, steps.slice(0, taken).join('/'))) taken--
    if (taken === 0) return undefined
    node = (node as Record<string, unknown>)[steps.slice(0, taken).join('/')]
    if (typeof node !== 'object' || node === null) return undefined
    steps = steps.slice(taken)
  }
  return node as JsonSchema
}
