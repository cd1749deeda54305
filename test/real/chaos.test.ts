import { describe, expect, test } from 'vitest'
import { Child } from '../e2e/child.ts'
import { unlessReal } from './unless-real.ts'

const real = unlessReal('/usr/sbin/mosquitto', '/usr/bin/influxd', '/usr/bin/mount')

/**
 * What a loaded machine cannot make doubtful: a gateway that is killed there may take polls with it that its tally had not
 * written yet. `npm run chaos` has all disasters, and many rounds of them.
 */
const DISASTERS = 'kill-server,kill-broker,kill-database,restart,cut-link'

/** A short drill: what it proves, and how, is said by `npm run chaos -- --help`. */
describe.skipIf(real.skip)(`the line under disasters${real.reason}`, () => {
  test.each(['real', 'embedded'])(
    '%s: nothing is lost, nothing is there twice, every alarm is told once',
    { timeout: 240_000 },
    async (setup) => {
      const rounds = ['--rounds', '3', '--round-time', '6', '--only', DISASTERS]
      await using drill = new Child('test/chaos/main.ts', ['--setup', setup, ...rounds])
      await drill.exit
      expect(drill.stdout, drill.stdout + drill.stderr).toMatch(/^proven: lost 0, duplicated 0/m)
    },
  )
})
