import { DURATION_PATTERN, SIZE_PATTERN } from '../duration.ts'
import { ID_PATTERN } from '../ids.ts'
import type { JsonSchema } from '../json-schema.ts'
import { UNIT_NAMES } from '../units.ts'
import { code } from './markdown.ts'

/** Values that the introduction of the page explains. Key: their pattern. */
const EXPLAINED: Record<string, string> = {
  [DURATION_PATTERN]: 'duration',
  [SIZE_PATTERN]: 'size',
  [ID_PATTERN]: 'id',
}

const TYPES: Record<string, string> = {
  object: 'map',
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: '`true` or `false`',
}

/** What may stand at a key: type and allowed values in words, for a table cell. */
export function valueWords(node: JsonSchema): string {
  if (node.enum !== undefined) {
    return node.enum.length === UNIT_NAMES.length ? '[unit](units.md)' : node.enum.map(code).join(', ')
  }
  const explained = node.pattern === undefined ? undefined : EXPLAINED[node.pattern]
  if (explained !== undefined) return explained
  if (node.title !== undefined) return node.title
  if (node.type === 'array') return `list: ${valueWords(node.items ?? {})}`
  return [TYPES[node.type ?? 'object'], ...bounds(node)].join(', ')
}

function bounds({ minimum, maximum, maxLength }: JsonSchema): string[] {
  if (maxLength !== undefined) return [`up to ${maxLength} characters`]
  if (minimum !== undefined && maximum !== undefined) return [`${minimum} to ${maximum}`]
  return minimum === undefined ? [] : [`at least ${minimum}`]
}
