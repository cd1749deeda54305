import { parseDuration } from './duration.ts'

/** Durations of a checked file always parse. */
export function ms(text: string): number {
  return parseDuration(text) ?? 0
}

/** The list itself, which all sensors of a template share. */
export function pair(list: readonly number[] | undefined): readonly [number, number] | undefined {
  return isPair(list) ? list : undefined
}

function isPair(list: readonly number[] | undefined): list is readonly [number, number] {
  return list?.length === 2
}

/** A key that is left out when there is no value, as exactOptionalPropertyTypes wants it. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}

/** A part of the model while it is put together. */
export type Changeable<T> = { -readonly [K in keyof T]: T[K] }
