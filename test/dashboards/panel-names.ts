import type { PanelFile } from './grafana-dashboards.ts'

/**
 * What names of a panel's options do not stand for anything that its queries answer: a column that is kept, renamed
 * or looked for in an override. A panel with such a name loses the column without a word.
 * @param answered names of the fields that come from the queries
 */
export function strayNames(panel: PanelFile, answered: readonly string[]): string[] {
  let names = new Set(answered)
  const stray: string[] = []
  for (const { id, options } of panel.transformations ?? []) {
    const change = CHANGES[id]
    if (change === undefined) {
      stray.push(`nobody knows what ${id} does to names`)
      continue
    }
    const { uses, makes } = change(options, names)
    stray.push(...uses.filter((name) => !names.has(name)).map((name) => `${id}: ${name}`))
    names = new Set(makes)
  }
  for (const { matcher } of panel.fieldConfig.overrides) {
    if (!isFound(matcher, names)) stray.push(`override: ${matcher.options}`)
  }
  return stray
}

interface Change {
  uses: readonly string[]
  makes: readonly string[]
}

type Options = Readonly<Record<string, unknown>>

/** What a transformation asks of the names of fields, and what they are behind it. Key: its id. */
const CHANGES: Readonly<Record<string, (options: Options, names: ReadonlySet<string>) => Change>> = {
  filterFieldsByName(options, names) {
    const uses = (options.include as { names?: string[] } | undefined)?.names ?? []
    return { uses, makes: [...names].filter((name) => uses.includes(name)) }
  },
  organize(options, names) {
    const rename = (options.renameByName ?? {}) as Record<string, string>
    const order = Object.keys((options.indexByName ?? {}) as object)
    const left = Object.entries((options.excludeByName ?? {}) as Record<string, boolean>)
      .filter(([, isLeft]) => isLeft)
      .map(([name]) => name)
    return {
      uses: [...new Set([...Object.keys(rename), ...order, ...left])],
      makes: [...names].filter((name) => !left.includes(name)).map((name) => rename[name] ?? name),
    }
  },
  merge: (_options, names) => ({ uses: [], makes: [...names] }),
  sortBy(options, names) {
    const sort = (options.sort ?? []) as { field: string }[]
    return { uses: sort.map(({ field }) => field), makes: [...names] }
  },
  limit: (_options, names) => ({ uses: [], makes: [...names] }),
}

function isFound({ id, options }: { id: string; options: string }, names: ReadonlySet<string>): boolean {
  if (id === 'byName') return names.has(options)
  if (id !== 'byRegexp') throw new Error(`nobody knows what ${id} matches`)
  const pattern = new RegExp(options.slice(1, options.lastIndexOf('/')))
  return [...names].some((name) => pattern.test(name))
}
