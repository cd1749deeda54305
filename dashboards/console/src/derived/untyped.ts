/** Details of a computation are whatever it tells: nothing of them is taken for granted. */
export type Untyped = Readonly<Record<string, unknown>>

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function listOf(value: unknown): readonly Untyped[] {
  return Array.isArray(value) ? value.filter((item): item is Untyped => isObject(item)) : []
}

export function isObject(value: unknown): value is Untyped {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
