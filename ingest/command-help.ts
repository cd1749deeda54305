import { LOG_LEVELS } from '../contracts/logger.ts'

export const HELP = `Davylamp server: ingest, alarms, API and console together.

  npm run ingest -- [run] --config F [--config G | --config FOLDER] [--log-level LEVEL]
  npm run ingest -- check --config F [--json]
  npm run ingest -- setup --config F [--dry-run] [--json]
  npm run ingest -- backup FILE --config F [--json]
  npm run ingest -- admin --config F [--name NAME] [--password-file FILE]
  npm run ingest -- rejects --config F ...
  npm run ingest -- alarms export|import ... --config F
  npm run ingest -- whatif --config F ...

  run      start the server (default); Ctrl-C stops it, SIGHUP has it read the facility files again
  check    validate facility files, say what this release does not do yet, refuse alarms that are set as none
           should be, and give advice: docs/reference/checks.md
  setup    make in InfluxDB what the server needs: of 1.x database and retention policies, of 2.x buckets
           and mappings for InfluxQL. What is there is left alone; no retention is ever shortened.
  backup   copy journal, alarm states and loss ledger into a file, while the server runs or not
  admin    make an administrator, or give one a new password; admin --help says more
  rejects  what was refused and why; rejects --help says more
  alarms   the alarms with their rationalization as a CSV table, and back; alarms --help says more
  whatif   what alarms there would have been with other settings; whatif --help says more

  --config F       facility file, or a folder of them; may be repeated
  --log-level L    ${LOG_LEVELS.join(', ')} (default info); logs are JSON lines on stderr
  --dry-run        say what setup would do, and do nothing
  --json           print the result of check, setup or backup as JSON
  --help           this text

Environment, each also as a file that {name}_FILE names:
  DAVYLAMP_MQTT_PASSWORD   the password of mqtt.username at the broker
  DAVYLAMP_STORE_TOKEN     the token of InfluxDB 2.x or 3.x. setup: one that may read orgs, and read and write
                           buckets and dbrps; the server: read and write of the buckets {bucket} and
                           {bucket}/rollup
  DAVYLAMP_STORE_PASSWORD  the password of store.username at InfluxDB 1.x. setup: of an administrator; the
                           server: of a user with all privileges on the database
Exit status: 0 ok, 1 failed, 2 bad usage.
`
