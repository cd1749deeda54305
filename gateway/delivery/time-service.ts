import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { TimeService } from './clock-watch.ts'

const run = promisify(execFile)

/** The kernel's own word: whoever disciplines the clock (chrony, ntpd, timesyncd) sets it. */
const COMMAND = ['timedatectl', ['show', '-p', 'NTPSynchronized', '--value']] as const
/** systemd-timesyncd touches this when it has set the clock. */
const TIMESYNC_FILE = '/run/systemd/timesync/synchronized'
const PATIENCE_MS = 5_000

/** What systemd says of the clock, on Linux; nothing elsewhere. */
export const systemTimeService: TimeService = async () => {
  const [command, args] = COMMAND
  try {
    const { stdout } = await run(command, args, { timeout: PATIENCE_MS })
    return parseSynchronized(stdout)
  } catch {
    // No systemd, or one that does not answer.
    return existsSync(TIMESYNC_FILE) ? 'synchronized' : undefined
  }
}

/** `yes` or `no`. */
export function parseSynchronized(text: string): Awaited<ReturnType<TimeService>> {
  switch (text.trim()) {
    case 'yes':
      return 'synchronized'
    case 'no':
      return 'unsynchronized'
    default:
      return undefined
  }
}
