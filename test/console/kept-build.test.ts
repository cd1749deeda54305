import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { buildConsole, type ConsoleBuild, type ConsoleFiles } from '../../dashboards/console/build.ts'
import { consoleInputs, inputsOf } from '../../dashboards/console/build-inputs.ts'
import { consoleFiles } from '../../dashboards/console/console-files.ts'
import { KeptBuilds } from '../../dashboards/console/kept-build.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Sources of a console of one file, and where its builds are kept. */
let sources: string
let folder: string
let builds: number

beforeEach(() => {
  sources = temporaryFolder()
  folder = join(temporaryFolder(), 'console')
  builds = 0
  writeFileSync(join(sources, 'main.ts'), 'first')
})

const inputs = () => inputsOf([sources])

/** Its page is what its source says. */
async function build(): Promise<ConsoleBuild> {
  builds += 1
  return built(readFileSync(join(sources, 'main.ts'), 'utf8'))
}

function built(text: string): ConsoleBuild {
  const page = { body: Buffer.from(text), type: 'text/html', immutable: false }
  const picture = { body: Buffer.from([0, 255, 10, 13]), type: 'image/png', immutable: true }
  const files: ConsoleFiles = new Map([
    ['/index.html', page],
    ['/assets/a.png', picture],
  ])
  return { files, inputs: new Set([join(sources, 'main.ts')]) }
}

const load = () => consoleFiles({ folder, inputs, build })

test('the console of this tree is kept as it was built: all that the build reads is in its key', async () => {
  const { files, inputs: read } = await buildConsole()
  const known = consoleInputs()
  expect([...read].filter((path) => !known.files.has(path))).toEqual([])
  expect(read.size).toBeGreaterThan(50)
  const kept = { folder, build: () => Promise.resolve({ files, inputs: read }) }
  expect(await consoleFiles(kept)).toEqual(files)
  const again = await consoleFiles({ folder, build: () => Promise.reject(new Error('it is kept')) })
  expect(again).toEqual(files)
})

describe('a build', () => {
  test('is made once, and read from then on', async () => {
    const first = await load()
    expect(await load()).toEqual(first)
    expect(first).toEqual(built('first').files)
    expect(builds).toBe(1)
  })

  test.each<[string, () => void]>([
    ['a byte', () => writeFileSync(join(sources, 'main.ts'), 'second')],
    ['another file', () => writeFileSync(join(sources, 'more.ts'), '')],
    [
      'a file in a folder',
      () => {
        mkdirSync(join(sources, 'a'))
        writeFileSync(join(sources, 'a', 'b.ts'), '')
      },
    ],
    ['the name of a file', () => renameSync(join(sources, 'other.ts'), join(sources, 'another.ts'))],
    ['a file that is gone', () => rmSync(join(sources, 'other.ts'))],
    [
      'what moves from one file to the next',
      () => {
        writeFileSync(join(sources, 'other.ts'), 'x')
        writeFileSync(join(sources, 'y.ts'), 'y')
      },
    ],
  ])('is made anew after %s', async (_name, change) => {
    writeFileSync(join(sources, 'other.ts'), 'xy')
    await load()
    change()
    const text = readFileSync(join(sources, 'main.ts'), 'utf8')
    expect(await load()).toEqual(built(text).files)
    expect(builds).toBe(2)
  })

  test('is made anew when what is kept is damaged anywhere', async () => {
    await load()
    const path = join(folder, inputs().key)
    const good = readFileSync(path)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, by, cut) => {
          const bad = cut ? good.subarray(0, at) : Buffer.from(good)
          if (!cut) bad[at] = (good[at] ?? 0) ^ by
          writeFileSync(path, bad)
          const before = builds
          expect(await load()).toEqual(built('first').files)
          expect(builds).toBe(before + 1)
          expect(readFileSync(path).equals(good)).toBe(true)
        },
      ),
    )
  })

  test('that read what the key does not name is not kept', async () => {
    const other = join(temporaryFolder(), 'other.ts')
    const stray = async () => ({ ...(await build()), inputs: new Set([other]) })
    await consoleFiles({ folder, inputs, build: stray })
    await load()
    expect(builds).toBe(2)
  })

  test('whose sources were changed under it is not kept', async () => {
    const changed = async () => {
      const made = await build()
      writeFileSync(join(sources, 'main.ts'), 'second')
      return made
    }
    await consoleFiles({ folder, inputs, build: changed })
    writeFileSync(join(sources, 'main.ts'), 'first')
    await load()
    expect(builds).toBe(2)
  })

  test('that fails is told, and not kept', async () => {
    const broken = () => Promise.reject(new Error('main.ts:1: no such word'))
    await expect(consoleFiles({ folder, inputs, build: broken })).rejects.toThrow('no such word')
    expect(await load()).toEqual(built('first').files)
  })

  test('is made at every start where none can be kept, or nothing has a key', async () => {
    writeFileSync(folder, 'a file where the folder would be')
    for (const _ of [1, 2]) expect(await load()).toEqual(built('first').files)
    const lost = () => inputsOf([join(sources, 'nothing')])
    expect(await consoleFiles({ folder: temporaryFolder(), inputs: lost, build })).toEqual(
      built('first').files,
    )
    expect(builds).toBe(3)
  })
})

test('of many builds the youngest stay, and nothing half written', () => {
  const kept = new KeptBuilds(folder)
  for (let n = 0; n < 12; n++) {
    kept.keep(`key-${n}`, built(String(n)).files)
    utimesSync(join(folder, `key-${n}`), 1_000 + n, 1_000 + n)
  }
  kept.keep('last', built('last').files)
  expect(readdirSync(folder).sort()).toEqual([
    'key-10',
    'key-11',
    'key-5',
    'key-6',
    'key-7',
    'key-8',
    'key-9',
    'last',
  ])
})
