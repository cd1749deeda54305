import type { TSchema } from 'typebox'
import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'
import type { Path } from './facility-document.ts'
import { nearest } from './suggestion.ts'

// The default of 8 would hide errors, and a person wants them all at once.
Settings.Set({ maxErrors: 10_000 })

/** One thing that is wrong with a file, before anybody looked up its line. */
export interface Problem {
  path: Path
  message: string
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>
  title?: string
  [key: string]: unknown
}

/** Everything a value breaks of a schema, in words for people, with a suggestion for misspelt keys. */
export function schemaProblems(schema: TSchema, value: unknown): Problem[] {
  const problems: Problem[] = []
  for (const error of Value.Errors(schema, value)) {
    // `boolean` repeats additionalProperties; members of a union are told by the union as one.
    if (error.keyword === 'boolean' || error.schemaPath.includes('/anyOf/')) continue
    const path = toPath(error.instancePath, value)
    const node = follow(schema as SchemaNode, error.schemaPath)
    const parameters = error.params as Record<string, unknown>
    switch (error.keyword) {
      case 'additionalProperties': {
        const known = Object.keys(node?.properties ?? {})
        for (const key of parameters.additionalProperties as string[]) {
          const meant = nearest(key, known)
          const hint = meant === undefined ? '' : `, did you mean "${meant}"?`
          const rule = known.length === 0 && node?.title !== undefined ? `: expected ${node.title}` : ''
          problems.push({ path: [...path, key], message: `unknown key "${key}"${hint}${rule}` })
        }
        break
      }
      case 'required':
        for (const key of parameters.requiredProperties as string[]) {
          problems.push({ path: [...path, key], message: `required key "${key}" is missing` })
        }
        break
      case 'enum': {
        const allowed = (parameters.allowedValues as unknown[]).map(String)
        problems.push({
          path,
          message: `${show(value, path)} is not one of ${listed(allowed, at(value, path))}`,
        })
        break
      }
      default: {
        const expected = node?.title ?? error.message.replace(/^must be /, '').replace(/^must /, 'it to ')
        problems.push({ path, message: `${show(value, path)}: expected ${expected}` })
      }
    }
  }
  return problems
}

function listed(allowed: string[], actual: unknown): string {
  const meant = nearest(String(actual), allowed)
  return meant === undefined ? allowed.join(', ') : `${allowed.join(', ')}; did you mean "${meant}"?`
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

function show(root: unknown, path: Path): string {
  const value = at(root, path)
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function follow(schema: SchemaNode, schemaPath: string): SchemaNode | undefined {
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
  return node as SchemaNode
}
