import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { PLANT } from '../contracts/plant-text.ts'
import { ROOT } from '../contracts/source-files.ts'
import { temporaryFolder } from '../temporary-folder.ts'

// Two real processes and a kill -9 between them; nothing that Debian has to bring.

const running: ChildProcess[] = []
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

function run(script: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  return child
}

interface Counts {
  requests: { taken: number; failed: number; invalid: number; unsigned: number }
  items: { new: number; same: number; older: number }
  hazards: { total: number }
  held: { id: string; version: number }[]
}

describe('a register that is killed while it sends', () => {
  it('has sent the last state of every hazard in the end, to a receiver that fails now and then', async () => {
    const folder = temporaryFolder()
    const secret = join(folder, 'secret')
    writeFileSync(secret, 's1gn1ng-k3y\n')
    const receiver = run(
      'simulators/main.ts',
      'receiver',
      '--port',
      '0',
      '--secret-file',
      secret,
      '--fail-rate',
      '0.2',
    )
    const lines = createInterface({ input: receiver.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
    const url = /http:\S+/.exec((await lines.next()).value ?? '')?.[0] ?? ''
    receiver.stdout?.resume()
    const file = join(folder, 'plant.yaml')
    writeFileSync(
      file,
      `${PLANT}register:\n  exports:\n    - { id: city, kind: webhook, url: "${url}", secretFile: secret, hazards: true, batch: 5 }\n`,
    )

    const committed = new Map<string, number>()
    for (let life = 0; life < 4; life += 1) {
      const sender = run('test/e2e/export-sender.ts', folder, file, 'changes')
      let seen = 0
      createInterface({ input: sender.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        const [number = '', version = ''] = line.split(' ')
        committed.set(`hazard-${number}`, Number(version))
        seen += 1
      })
      while (seen < 100) await setTimeout(20)
      await setTimeout(300 * life)
      sender.kill('SIGKILL')
      await once(sender, 'close')
    }
    const last = run('test/e2e/export-sender.ts', folder, file, 'drain')
    expect((await once(last, 'exit'))[0]).toBe(0)

    const counts = (await (await fetch(url)).json()) as Counts
    const held = new Map(counts.held.map(({ id, version }) => [id, version]))
    expect(held.size).toBe(30)
    // A commit may have stood when the process was killed before it said so.
    for (const [id, version] of committed) expect(held.get(id)).toBeGreaterThanOrEqual(version)
    expect(counts.requests).toMatchObject({ invalid: 0, unsigned: 0 })
    expect(counts.requests.failed).toBeGreaterThan(0)
    receiver.kill('SIGTERM')
    await once(receiver, 'exit')
  })
})
