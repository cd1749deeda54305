import type { TSchema } from 'typebox'
import type { JsonSchema } from './json-schema.ts'

/**
 * The file's content, itself unchanged, with the defaults of its schema wherever a key is not given. The content is
 * unchecked: what has the wrong shape is left as it is. (TypeBox's own `Value.Default` throws on a key that
 * a closed record does not allow.)
 */
export function withDefaults(schema: TSchema, content: unknown): unknown {
  return fill(schema as JsonSchema, content)
}

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

function fill(schema: JsonSchema, given: unknown): unknown {
  // What many sensors have from one template stays one object, unless there is something to fill in.
  if (given !== undefined && !hasDefaults(schema)) return given
  const value = given === undefined ? structuredClone(schema.default) : given
  if (Array.isArray(value))
    return value.map((item) => (schema.items === undefined ? item : fill(schema.items, item)))
  if (typeof value !== 'object' || value === null) return value
  const filled = new Map<string, unknown>(Object.entries(value))
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const part = fill(inner, filled.get(key))
    if (part !== undefined) filled.set(key, part)
  }
  for (const [pattern, inner] of Object.entries(schema.patternProperties ?? {})) {
    for (const [key, part] of filled) if (new RegExp(pattern).test(key)) filled.set(key, fill(inner, part))
  }
  return Object.fromEntries(filled)
}
