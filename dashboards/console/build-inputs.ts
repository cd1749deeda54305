import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** All that a build of the console reads, and the name of what comes of it. */
export interface BuildInputs {
  /** Differs whenever a path or a byte differs. */
  readonly key: string
  /** Absolute paths without symbolic links. */
  readonly files: ReadonlySet<string>
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

/** More than the build takes, so that nothing it might take is forgotten: {@link BuildInputs.files} is compared with what it took. */
const OURS = ['dashboards/console', 'contracts', 'package.json', 'tsconfig.json']
const BUNDLED = ['preact', 'uplot']
/** Too large to be read at every start: the version says which it is. The second is the one that the first uses. */
const TOOLS = [['vite'], ['vite', 'rolldown'], ['vite', 'lightningcss'], ['vite', 'postcss']]

/** Those of this installation. @throws when a file or a package is not there */
export function consoleInputs(): BuildInputs {
  return inputsOf([
    ...OURS.map((path) => join(PROJECT, path)),
    ...BUNDLED.map((name) => dirname(packageFile([name]))),
    ...TOOLS.map(packageFile),
  ])
}

/** These files, and those in these folders. */
export function inputsOf(roots: readonly string[]): BuildInputs {
  const files = new Set(roots.flatMap((root) => filesIn(realpathSync(root))))
  const hash = createHash('sha256')
  for (const path of [...files].sort()) {
    const body = readFileSync(path)
    hash.update(`${JSON.stringify(path)} ${body.length}\n`).update(body)
  }
  return { key: hash.digest('hex'), files }
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name)
    return entry.isFile() ? [inside] : filesIn(realpathSync(inside))
  })
}

/** The package.json of the last, as the one before it finds it. */
function packageFile(names: readonly string[]): string {
  return names.reduce(
    (from, name) => {
      const file = findPackageJSON(name, from)
      if (file === undefined) throw new Error(`the package ${name} is not installed`)
      return realpathSync(file)
    },
    fileURLToPath(import.meta.url),
  )
}
