import type { TSchema } from 'typebox'

/** The keywords of JSON Schema that the facility file uses. */
export interface JsonSchema {
  type?: string
  title?: string
  description?: string
  default?: unknown
  enum?: readonly unknown[]
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  patternProperties?: Record<string, JsonSchema>
  required?: string[]
  [keyword: string]: unknown
}

/** A copy of a TypeBox schema without what only TypeBox reads. */
export function plain(schema: TSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema
}

/** The node at these steps, which must be there. */
export function at(schema: JsonSchema, steps: readonly string[]): JsonSchema {
  return steps.reduce((node, step) => node[step] as JsonSchema, schema)
}
