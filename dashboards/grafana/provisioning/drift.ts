import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import { list, record } from '../untrusted.ts'

/** What a folder of provisioning files and the facility files say differently. */
export interface Difference {
  readonly path: string
  readonly kind: 'missing' | 'surplus' | 'changed'
  /** Of files of rules: the rules that differ. */
  readonly rules: readonly RuleDifference[]
}

export interface RuleDifference {
  readonly title: string
  readonly kind: 'missing' | 'surplus' | 'changed'
  /** Of a changed one: which of its parts, such as `data` and `for`. */
  readonly parts: readonly string[]
}

/** None when the folder says what the facility files say now. Keys: paths. */
export function differences(
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): Difference[] {
  const paths = [...new Set([...wanted.keys(), ...found.keys()])].sort()
  return paths.flatMap((path): Difference[] => {
    const [before, now] = [found.get(path), wanted.get(path)]
    if (before === now) return []
    const kind = before === undefined ? 'missing' : now === undefined ? 'surplus' : 'changed'
    return [{ path, kind, rules: kind === 'changed' ? ruleDifferences(before ?? '', now ?? '') : [] }]
  })
}

function ruleDifferences(found: string, wanted: string): RuleDifference[] {
  const [before, now] = [rulesOf(found), rulesOf(wanted)]
  return [...new Set([...now.keys(), ...before.keys()])].flatMap((uid): RuleDifference[] => {
    const [old, young] = [before.get(uid), now.get(uid)]
    const title = String((young ?? old)?.title)
    if (old === undefined) return [{ title, kind: 'missing', parts: [] }]
    if (young === undefined) return [{ title, kind: 'surplus', parts: [] }]
    const names = new Set([...Object.keys(old), ...Object.keys(young)])
    const parts = [...names].filter((name) => !isDeepStrictEqual(old[name], young[name]))
    return parts.length === 0 ? [] : [{ title, kind: 'changed', parts }]
  })
}

/** Key: uid. */
function rulesOf(text: string): Map<unknown, Record<string, unknown>> {
  try {
    const rules = list(record(parse(text)).groups).flatMap(({ rules }) => list(rules))
    return new Map(rules.map((rule) => [rule.uid, rule]))
  } catch {
    return new Map()
  }
}
