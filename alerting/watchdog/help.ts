export const HELP = `npm run watchdog -- [run] --config FILE [--config FILE] [--once]
npm run watchdog -- health --config FILE

Proves that the way from a sensor to a person works: plays a Modbus device of its own, drives an alarm of class
watchdog through gateway, broker and server, and waits for the message of it. When none comes in time it tells people
by channels of its own: at once, every hour while it lasts, and when the way works again (docs/watchdog.md).

  --config FILE      facility file with notify.watchdog, or a folder of such files; may be repeated
  --once             one round, of which nobody is told: exit code 0 when the way works, 1 when it does not
  --json             results of --once and health as JSON lines
  --log-level L      debug, info, warn, error, silent (info); logs go to stderr
  --help             this

GET /metrics and /health are at notify.watchdog.listen. health says whether the watchdog itself does its work.

Exit codes: 0 stopped or works, 1 failed or broken, 2 bad usage.
`
