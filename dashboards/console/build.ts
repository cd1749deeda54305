import { realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InlineConfig, Plugin } from 'vite'

/** One file of the console as the server sends it. */
export interface ConsoleFile {
  body: Buffer
  /** Value of the content-type header. */
  type: string
  /** True when the name holds a hash of the content, so that a browser may keep it for ever. */
  immutable: boolean
}

/** Content types by file ending; an ending that is not here is a defect of the build. */
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

const ROOT = fileURLToPath(new URL('.', import.meta.url))

/** Everything is said here: no configuration file, no environment and no public folder takes part. */
const CONFIG: InlineConfig = {
  root: ROOT,
  base: '/',
  mode: 'production',
  configFile: false,
  envDir: false,
  publicDir: false,
  logLevel: 'silent',
  clearScreen: false,
  // Without this a NODE_ENV of `test` in the server's environment would bundle the development runtime.
  define: { 'process.env.NODE_ENV': '"production"' },
  // Nor do conditions of packages depend on it, and no folder above is searched for a configuration of PostCSS.
  resolve: { conditions: ['module', 'browser', 'production'] },
  css: { postcss: {} },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    write: false,
    target: 'es2023',
    // Every file by its own address, since the content security policy is strict.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
}

/** Each is built by itself: whoever reports a hazard loads nothing of the console, and the other way round. */
const PAGES = ['index.html', 'report.html']

/** The files of the console by URL path, such as `/index.html`. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>

/** A build, and every file that it has read. */
export interface ConsoleBuild {
  readonly files: ConsoleFiles
  readonly inputs: ReadonlySet<string>
}

/**
 * Builds the operator console in memory: a second of work that most starts are spared (console-files.ts).
 * @throws the build's own error when a source file does not compile
 */
export async function buildConsole(): Promise<ConsoleBuild> {
  // Not loaded where a build is kept.
  const { build } = await import('vite')
  const inputs = new Set<string>()
  const witness: Plugin = {
    name: 'inputs',
    generateBundle() {
      for (const id of this.getModuleIds()) {
        const path = id.replace(/[?#].*$/, '')
        // What is on no disk has a name that is no path.
        if (isAbsolute(path)) inputs.add(realpathSync(path))
      }
    },
  }
  const files = new Map<string, ConsoleFile>()
  for (const page of PAGES) {
    const input = join(ROOT, page)
    const result = await build({
      ...CONFIG,
      build: { ...CONFIG.build, rolldownOptions: { input } },
      plugins: [witness],
    })
    for (const output of Array.isArray(result) ? result : [result]) {
      if (!('output' in output)) throw new Error('the console build went into watch mode')
      for (const file of output.output) {
        const content = file.type === 'chunk' ? file.code : file.source
        files.set(`/${file.fileName}`, {
          body: Buffer.from(content),
          type: typeOf(file.fileName),
          immutable: file.fileName.startsWith('assets/'),
        })
      }
    }
  }
  return { files, inputs }
}

function typeOf(fileName: string): string {
  const type = TYPES[fileName.slice(fileName.lastIndexOf('.') + 1)]
  if (type === undefined) throw new Error(`no content type is known for ${fileName}`)
  return type
}
