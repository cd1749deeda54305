import { readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesLike, ROOT, SOURCE_FOLDERS, sources } from './contracts/source-files.ts'

// The laws of DESIGN section 1, read from the sources as text. Each law is a function from a source to
// what breaks it, and the last test shows that each can fail.

const TOP_LEVEL = [
  ...SOURCE_FOLDERS,
  'test',
  'docs',
  'docker-compose.yml',
  'Dockerfile',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'vitest.config.ts',
  'facility.example.yaml',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'LICENSE',
]
/** What running and testing leave behind; ignored by git. */
const LEFT_BEHIND = ['node_modules', 'data', 'deployment']

/** They build objects from several folders, read the environment and touch the process. */
const isRoot = (path: string) => /^\w+\/main\.ts$/.test(path)
const isConsole = (path: string) => path.startsWith('dashboards/console/src/')

const packageFile = JSON.parse(filesLike('package.json').get('package.json') ?? '{}') as Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string>
>

interface Import {
  /** A path from the folder of the project, or the name of a package. */
  target: string
  /** Gone once the types are stripped. */
  isType: boolean
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<![:'"`\\])\/\/.*$/gm, '')
}

/** Code alone: a word within quotes is no use of it. */
function codeOf(text: string): string {
  return withoutComments(text).replaceAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''")
}

function importsOf(path: string, text: string): Import[] {
  const source = withoutComments(text)
  const statements = source.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]/gm)
  const others = source.matchAll(/\bimport\s*\(?\s*()['"]([^'"]+)['"]/g)
  return [...statements, ...others].map(([, type, target = '']) => ({
    target: target.startsWith('.') ? posix.join(posix.dirname(path), target) : target,
    isType: (type ?? '') !== '',
  }))
}

const isOurs = ({ target }: Import) => SOURCE_FOLDERS.some((folder) => target.startsWith(`${folder}/`))
const folderOf = (path: string) => path.split('/')[0] ?? ''

function foreignImports(path: string, text: string): string[] {
  const allowed = ['contracts', folderOf(path)]
  return importsOf(path, text)
    .filter((found) => isOurs(found) || /^(test|docs)\//.test(found.target) || found.target.startsWith('..'))
    .filter(({ target }) => !isRoot(path) && !allowed.includes(folderOf(target)))
    .map(({ target }) => target)
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

function unlistedPackages(path: string, text: string): string[] {
  return importsOf(path, text)
    .filter((found) => !isOurs(found) && !found.target.startsWith('node:'))
    .map(({ target }) => packageOf(target))
    .filter((name) => !Object.hasOwn(packageFile.dependencies, name))
}

function clockReads(path: string, text: string): string[] {
  if (path === 'contracts/clock.ts') return []
  return (
    codeOf(text).match(
      /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(|\bperformance\.now\b|\bhrtime\b/g,
    ) ?? []
  )
}

function chances(path: string, text: string): string[] {
  // A browser has a composition root of its own: ids of what a phone sends are made there.
  if (isRoot(path) || path === 'dashboards/console/src/main.tsx') return []
  return codeOf(text).match(/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/g) ?? []
}

function processUses(path: string, text: string): string[] {
  // contracts/cli.ts is handed the process as a parameter of that name.
  if (isRoot(path) || path === 'contracts/cli.ts') return []
  return [...(codeOf(text).match(/\bprocess\s*[.[)]/g) ?? []), ...(text.match(/['"]node:process['"]/g) ?? [])]
}

function badNames(path: string): string[] {
  return path.match(/(?<=^|[/-])(utils?|helpers?|managers?|common)(?=[/.-])/g) ?? []
}

function silencers(text: string): string[] {
  return text.match(/biome-ignore|@ts-(?:ignore|expect-error|nocheck)|\bas any\b|\bas unknown as\b/g) ?? []
}

/** A circle of imports that are there at run time; undefined when there is none. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const visit = (path: string, above: readonly string[]): string[] | undefined => {
    if (above.includes(path)) return [...above.slice(above.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...above, path])
      if (circle !== undefined) return circle
    }
    done.add(path)
    return undefined
  }
  for (const path of graph.keys()) {
    const circle = visit(path, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

/** Key: path; value: our files that it imports at run time. */
const runTime = new Map(
  [...sources].map(([path, text]) => [
    path,
    importsOf(path, text)
      .filter((found) => isOurs(found) && !found.isType)
      .map(({ target }) => target),
  ]),
)

/** Packages that are loaded at run time. */
function packagesOf(path: string, text: string): string[] {
  return importsOf(path, text)
    .filter((found) => !isOurs(found) && !found.isType && !found.target.startsWith('node:'))
    .map(({ target }) => packageOf(target))
}

const isThread = (path: string, text: string) =>
  path !== 'contracts/thread.ts' && /\bserveThread\b/.test(text)

/** `path: what breaks the law`, for all sources. */
function breaches(law: (path: string, text: string) => readonly string[]): string[] {
  return [...sources].flatMap(([path, text]) => law(path, text).map((breach) => `${path}: ${breach}`))
}

describe('architecture', () => {
  it('has the top-level folders and files of the design', () => {
    const isDotFile = (name: string) => name.startsWith('.')
    const found = readdirSync(ROOT).filter((name) => !isDotFile(name) && !LEFT_BEHIND.includes(name))
    expect(found.filter((name) => !TOP_LEVEL.includes(name))).toEqual([])
    expect(found).toEqual(expect.arrayContaining([...SOURCE_FOLDERS, 'test', 'docs', 'package.json']))
  })

  it('has sources in every folder, so that these tests look at something', () => {
    for (const folder of SOURCE_FOLDERS)
      expect([...sources.keys()].filter((path) => folderOf(path) === folder).length, folder).toBeGreaterThan(
        3,
      )
  })

  it('imports what is there', () => {
    const missing = [...sources].flatMap(([path, text]) =>
      importsOf(path, text)
        .filter((found) => isOurs(found) && /\.tsx?$/.test(found.target) && !sources.has(found.target))
        .map(({ target }) => `${path}: ${target}`),
    )
    expect(missing).toEqual([])
  })

  it('lets every folder import contracts and itself alone, but for composition roots', () => {
    expect(breaches(foreignImports)).toEqual([])
  })

  it('lets contracts import nothing else of ours, its composition root included', () => {
    const foreign = breaches((path, text) =>
      folderOf(path) === 'contracts'
        ? importsOf(path, text)
            .filter((found) => isOurs(found) && folderOf(found.target) !== 'contracts')
            .map(({ target }) => target)
        : [],
    )
    expect(foreign).toEqual([])
  })

  it('lets nobody import a composition root but another one', () => {
    expect(
      breaches((path, text) =>
        isRoot(path)
          ? []
          : importsOf(path, text)
              .map(({ target }) => target)
              .filter(isRoot),
      ),
    ).toEqual([])
  })

  it('imports only packages that package.json lists for run time', () => {
    expect(breaches(unlistedPackages)).toEqual([])
  })

  it('keeps the protocol library out of gateway and simulators: it is the foreign peer of the tests', () => {
    const users = [...sources].filter(([path, text]) =>
      importsOf(path, text).some(({ target }) => target === 'modbus-serial'),
    )
    expect(users.map(([path]) => path)).toEqual([])
  })

  it('gives the console only contracts that run in a browser', () => {
    const reached = new Set<string>()
    const reach = (path: string) => {
      if (reached.has(path)) return
      reached.add(path)
      for (const next of runTime.get(path) ?? []) reach(next)
    }
    for (const path of runTime.keys()) if (isConsole(path)) reach(path)
    const builtins = [...reached].flatMap((path) =>
      importsOf(path, sources.get(path) ?? '')
        .filter(({ target, isType }) => !isType && target.startsWith('node:'))
        .map(({ target }) => `${path}: ${target}`),
    )
    expect(builtins).toEqual([])
  })

  it('starts the threads of every server without the library of schemas, which takes longer than all the rest', () => {
    const loaded = (path: string) => {
      const reached = new Set<string>()
      const reach = (at: string) => {
        if (reached.has(at)) return
        reached.add(at)
        for (const next of runTime.get(at) ?? []) reach(next)
      }
      reach(path)
      return [...reached].flatMap((at) => packagesOf(at, sources.get(at) ?? ''))
    }
    const threads = [...sources].filter(([path, text]) => isThread(path, text)).map(([path]) => path)
    expect(threads.length).toBeGreaterThan(6)
    // It reads the files that the schemas are of.
    const withSchemas = threads.filter((path) => loaded(path).includes('typebox'))
    expect(withSchemas).toEqual(['contracts/facility-reader-thread.ts'])
  })

  it('gives a way to write to the annunciator alone: what polls cannot even say it', () => {
    const writers = [...sources]
      .filter(([, text]) => /WritingDriver|WritingLink|WriteRequest/.test(text))
      .map(([path]) => path)
    expect(writers.filter((path) => !path.startsWith('gateway/drivers/'))).not.toEqual([])
    expect(writers.filter((path) => !/^gateway\/(drivers|annunciator)\//.test(path))).toEqual([])
  })

  it('has no circle of imports', () => {
    expect(circleIn(runTime)).toBeUndefined()
  })

  it('reads the clocks of the machine in contracts/clock.ts alone', () => {
    expect(breaches(clockReads)).toEqual([])
  })

  it('takes chance and ids from composition roots', () => {
    expect(breaches(chances)).toEqual([])
  })

  it('touches the process in composition roots alone', () => {
    expect(breaches(processUses)).toEqual([])
  })

  it('has no source file past 400 lines', () => {
    expect(breaches((_path, text) => (text.split('\n').length > 401 ? ['too long'] : []))).toEqual([])
  })

  it('has no default exports', () => {
    expect(breaches((_path, text) => codeOf(text).match(/\bexport default\b|\bas default\b/g) ?? [])).toEqual(
      [],
    )
  })

  it('names nothing after what everything is', () => {
    expect(breaches((path) => badNames(path))).toEqual([])
  })

  it('silences neither the type checker nor the linter', () => {
    expect(breaches((_path, text) => silencers(text))).toEqual([])
  })

  it('says of every package why it is there', () => {
    const page = filesLike('docs/dependencies.md').get('docs/dependencies.md') ?? ''
    const [used = '', refused = ''] = page.split('## Refused')
    const rows = (text: string) =>
      [...text.matchAll(/^\| `([^`]+)`.* \| (.+) \|$/gm)].map(([, name = '']) => name)
    const { dependencies, devDependencies, optionalDependencies } = packageFile
    const listed = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(rows(used).sort()).toEqual(listed.sort())
    expect(rows(refused).length).toBeGreaterThan(5)
    expect(rows(refused).filter((name) => listed.includes(name))).toEqual([])
  })
})

describe('the laws', () => {
  const at = 'ingest/x.ts'

  it.each([
    ['an import from a neighbour', foreignImports(at, "import { a } from '../gateway/a.ts'")],
    ['an import of types from a neighbour', foreignImports(at, "import type { A } from '../gateway/a.ts'")],
    ['an export from a neighbour', foreignImports(at, "export * from '../gateway/a.ts'")],
    ['an import for its effect', foreignImports(at, "import '../gateway/a.ts'")],
    ['an import at run time', foreignImports(at, "const a = await import('../gateway/a.ts')")],
    ['an import over several lines', foreignImports(at, "import {\n  a,\n  b,\n} from '../gateway/a.ts'")],
    ['an import of a test', foreignImports(at, "import { a } from '../test/a.ts'")],
    ['a package that is not listed', unlistedPackages(at, "import x from 'left-pad/x'")],
    ['Date.now', clockReads(at, 'const t = Date.now()')],
    ['new Date()', clockReads(at, 'const t = new Date()')],
    ['performance.now', clockReads(at, 'const t = performance.now()')],
    ['process.hrtime', clockReads(at, 'const t = process.hrtime.bigint()')],
    ['Math.random', chances(at, 'const r = Math.random()')],
    ['process.env', processUses(at, 'const e = process.env.HOME')],
    ['process as an argument', processUses(at, 'run(process)')],
    ['the module process', processUses(at, "import { env } from 'node:process'")],
    ['a file of helpers', badNames('ingest/batch-helpers.ts')],
    ['a folder of utils', badNames('ingest/utils/batch.ts')],
    ['a cast through unknown', silencers('const a = b as unknown as C')],
    [
      'a circle',
      circleIn(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ) ?? [],
    ],
  ])('see %s', (_name, found) => {
    expect(found.length).toBeGreaterThan(0)
  })

  it.each([
    ['contracts and itself', foreignImports(at, "import { a } from '../contracts/a.ts'\nimport './b.ts'")],
    ['the neighbours of a composition root', foreignImports('ingest/main.ts', "import '../gateway/a.ts'")],
    ['a date of a given time', clockReads(at, 'const t = new Date(ms).toISOString()')],
    ['a clock in a comment', clockReads(at, '// never Date.now()\n/* nor new Date() */')],
    ['a process in a text', processUses(at, "const a = 'process.env' // process.env")],
    ['a name that only begins so', badNames('ingest/utility-line.ts')],
    [
      'a tree',
      circleIn(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ) ?? [],
    ],
  ])('let %s be', (_name, found) => {
    expect(found).toEqual([])
  })
})
