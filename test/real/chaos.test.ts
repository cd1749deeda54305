import { describe, expect, test } from 'vitest'
import { Child } from '../e2e/child.ts'
import { unlessReal } from './unless-real.ts'

const real = unlessReal('/usr/sbin/mosquitto', '/usr/bin/influxd', '/usr/bin/mount')

/** A short drill; `npm run chaos` is the long one. The seed is new each time, and printed when it fails. */
describe.skipIf(real.skip)(`the line under disasters${real.reason}`, () => {
  test.each(['real', 'embedded'])(
    '%s: nothing is lost, nothing is there twice',
    { timeout: 240_000 },
    async (setup) => {
      await using drill = new Child('test/chaos/main.ts', [
        '--setup',
        setup,
        '--rounds',
        '4',
        '--round-time',
        '6',
      ])
      expect(await drill.exit, drill.stdout + drill.stderr).toBe(0)
      expect(drill.stdout).toMatch(/^proven: lost 0, duplicated 0$/m)
    },
  )
})
