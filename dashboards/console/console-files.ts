import { fileURLToPath } from 'node:url'
import { buildConsole, type ConsoleBuild, type ConsoleFiles } from './build.ts'
import { type BuildInputs, consoleInputs } from './build-inputs.ts'
import { KeptBuilds } from './kept-build.ts'

/** Beside what Node.js keeps of our sources. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/davylamp/console', import.meta.url))

interface Making {
  /** Where builds are kept. */
  folder: string
  inputs: () => BuildInputs
  build: () => Promise<ConsoleBuild>
}

/**
 * The console as its sources have it: from the last build of exactly these sources and packages, or built anew.
 * @throws the build's own error when a source file does not compile
 */
export async function consoleFiles(making: Partial<Making> = {}): Promise<ConsoleFiles> {
  const { folder = FOLDER, inputs = consoleInputs, build = buildConsole } = making
  const before = orNone(inputs)
  if (before === undefined) return (await build()).files
  const kept = new KeptBuilds(folder)
  const found = kept.read(before.key)
  if (found !== undefined) return found
  const built = await build()
  // What the key does not speak of, or what was changed meanwhile, would be served for ever.
  if (built.inputs.isSubsetOf(before.files) && orNone(inputs)?.key === before.key)
    kept.keep(before.key, built.files)
  return built.files
}

/** An installation that is laid out otherwise has no key; whether it can be built the build says. */
function orNone(inputs: () => BuildInputs): BuildInputs | undefined {
  try {
    return inputs()
  } catch {
    return undefined
  }
}
