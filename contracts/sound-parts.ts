import type { Path } from './config-document.ts'

/** What of a file has the right shape. Anything may be missing; items of lists keep their index. */
export type Sound<T> = T extends readonly (infer Item)[]
  ? readonly (Sound<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Sound<T[Key]> | undefined }
    : T

/** A copy without what stands at these paths, so that rules can read all the rest of a faulty file. */
export function soundParts<T>(content: unknown, faulty: readonly Path[]): Sound<T> {
  // The content stands in a box, so that even all of it can be taken out.
  const box = { content: structuredClone(content) }
  for (const path of faulty) clear(box, ['content', ...path])
  return (box.content ?? {}) as Sound<T>
}

function clear(root: object, path: Path): void {
  const [last, ...above] = path.toReversed()
  let parent: unknown = root
  for (const step of above.toReversed())
    parent = (parent as Record<string | number, unknown> | undefined)?.[step]
  if (typeof parent === 'object' && parent !== null && last !== undefined)
    (parent as Record<string | number, unknown>)[last] = undefined
}

/** One part of a file, and where it stands. */
export interface Placed<T> {
  part: T
  path: Path
}

/** The items of a list that are there. */
export function placed<T>(list: readonly (T | undefined)[] | undefined, path: Path): Placed<T>[] {
  return (list ?? []).flatMap((part, index) => (part === undefined ? [] : [{ part, path: [...path, index] }]))
}
