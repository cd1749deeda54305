import type { TSchema } from 'typebox'
import type { JsonSchema } from './json-schema.ts'

/**
 * The file's content, itself unchanged, with the defaults of its schema wherever a key is not given. The content is
 * unchecked: what has the wrong shape is left as it is. (TypeBox's own `Value.Default` throws on a key that
 * a closed record does not allow.)
 */
export function withDefaults(schema: TSchema, content: unknown): unknown {
  return fill(schema as JsonSchema, content, new Map())
}

/** What was filled in already. What many sensors have from one template is filled in once and stays one object. */
type Filled = Map<JsonSchema, WeakMap<object, unknown>>

/** Schemas that were looked at: is there a default in them or below? */
const known = new WeakMap<JsonSchema, boolean>()

function hasDefaults(schema: JsonSchema): boolean {
  const told = known.get(schema)
  if (told !== undefined) return told
  const keys = { ...schema.properties, ...schema.patternProperties }
  const inner = [...Object.values(keys), ...(schema.items === undefined ? [] : [schema.items])]
  const found = schema.default !== undefined || inner.some(hasDefaults)
  known.set(schema, found)
  return found
}

function fill(schema: JsonSchema, given: unknown, before: Filled): unknown {
  if (given !== undefined && !hasDefaults(schema)) return given
  const value = given === undefined ? copyOf(schema.default) : given
  if (typeof value !== 'object' || value === null) return value
  const filled = before.get(schema) ?? new WeakMap<object, unknown>()
  before.set(schema, filled)
  const same = filled.get(value)
  if (same !== undefined) return same
  const made = fillParts(schema, value, before)
  filled.set(value, made)
  return made
}

function copyOf(initial: unknown): unknown {
  return typeof initial === 'object' ? structuredClone(initial) : initial
}

function fillParts(schema: JsonSchema, value: object, before: Filled): unknown {
  const { items } = schema
  if (Array.isArray(value))
    return items === undefined ? value : value.map((item) => fill(items, item, before))
  const filled = new Map<string, unknown>(Object.entries(value))
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const part = fill(inner, filled.get(key), before)
    if (part !== undefined) filled.set(key, part)
  }
  for (const [pattern, inner] of Object.entries(schema.patternProperties ?? {})) {
    const named = new RegExp(pattern)
    for (const [key, part] of filled) if (named.test(key)) filled.set(key, fill(inner, part, before))
  }
  return Object.fromEntries(filled)
}
