/** As much of JSON Schema as contracts/hazard-export.schema.json uses. */
interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
}

/** Words that say nothing of what is right. */
const REMARKS = ['title', 'description', 'examples', 'default', '$schema', '$id', '$defs']
const KNOWN = new Set([
  ...REMARKS,
  'type',
  'const',
  'enum',
  'anyOf',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
])

/** The first thing that is wrong with a value, with its path; undefined: nothing is. @throws Error of a schema that says more than this knows */
export function faultIn(value: unknown, schema: object, path = ''): string | undefined {
  const unknown = Object.keys(schema).find((word) => !KNOWN.has(word))
  if (unknown !== undefined) throw new Error(`the schema says "${unknown}", which this does not know`)
  const rule = schema as Schema
  const where = path === '' ? 'the document' : path
  if (rule.anyOf !== undefined) {
    const faults = rule.anyOf.map((each) => faultIn(value, each, path))
    if (!faults.includes(undefined)) return faults.findLast((fault) => fault !== undefined)
  }
  if ('const' in rule && value !== rule.const) return `${where}: expected ${JSON.stringify(rule.const)}`
  if (rule.enum !== undefined && !rule.enum.includes(value))
    return `${where}: expected one of ${rule.enum.join(', ')}`
  if (rule.type !== undefined && !isOfType(value, rule.type)) return `${where}: expected ${rule.type}`
  if (typeof value === 'number') return numberFault(value, rule, where)
  if (typeof value === 'string') return textFault(value, rule, where)
  if (Array.isArray(value)) return listFault(value, rule, path, where)
  if (typeof value === 'object' && value !== null)
    return membersFault(value as Readonly<Record<string, unknown>>, rule, path)
  return undefined
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function numberFault(value: number, { minimum, maximum }: Schema, where: string): string | undefined {
  if (minimum !== undefined && value < minimum) return `${where}: less than ${minimum}`
  if (maximum !== undefined && value > maximum) return `${where}: more than ${maximum}`
  return undefined
}

function textFault(value: string, rule: Schema, where: string): string | undefined {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = rule
  const length = Array.from(value).length
  if (length < minLength || length > maxLength) return `${where}: ${length} characters`
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return `${where}: expected ${pattern}`
  return undefined
}

function listFault(value: readonly unknown[], rule: Schema, path: string, where: string): string | undefined {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = rule
  if (value.length < minItems || value.length > maxItems) return `${where}: ${value.length} of them`
  if (items === undefined) return undefined
  for (const [index, each] of value.entries()) {
    const fault = faultIn(each, items, `${path}[${index}]`)
    if (fault !== undefined) return fault
  }
  return undefined
}

function membersFault(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties }: Schema,
  path: string,
): string | undefined {
  const inner = (name: string) => (path === '' ? name : `${path}.${name}`)
  const missing = required.find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined) return `${inner(missing)}: missing`
  for (const [name, each] of Object.entries(value)) {
    const rule = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (rule === undefined && additionalProperties === false) return `${inner(name)}: not expected`
    const fault = rule === undefined ? undefined : faultIn(each, rule, inner(name))
    if (fault !== undefined) return fault
  }
  return undefined
}
