import { LOG_LEVELS } from '../contracts/logger.ts'

export const HELP = `Davylamp server: ingest, alarms, API and console together.

  npm run ingest -- [run] --config F [--config G | --config FOLDER] [--log-level LEVEL]
  npm run ingest -- check --config F [--json]
  npm run ingest -- setup --config F [--tokens DIR [--rotate]] [--dry-run] [--json]
  npm run ingest -- health --config F [--ready] [--json]
  npm run ingest -- backup FILE --config F [--json]
  npm run ingest -- admin --config F [--name NAME] [--password-file FILE]
  npm run ingest -- rejects --config F ...
  npm run ingest -- alarms export|import ... --config F
  npm run ingest -- whatif --config F ...
  npm run ingest -- deploy init|certificates|check ...

  run      start the server (default); Ctrl-C stops it, SIGHUP has it read the facility files again, and the
           certificate of server.tls
  check    validate facility files, say what this release does not do yet, refuse alarms that are set as none
           should be, and give advice: docs/reference/checks.md
  setup    make in InfluxDB what the server needs: of 1.x database and retention policies, of 2.x buckets
           and mappings for InfluxQL. What is there is left alone; no retention is ever shortened.
  health   say in one line whether the server on this machine does its work, and end with 0 if so: for
           containers and systemd. A broker or database that is away is told and is no fault of the server
  backup   copy journal, alarm states, loss ledger and register into files, while the server runs or not
  admin    make an administrator, or give one a new password; admin --help says more
  rejects  what was refused and why; rejects --help says more
  alarms   the alarms with their rationalization as a CSV table, and back; alarms --help says more
  whatif   what alarms there would have been with other settings; whatif --help says more
  deploy   secrets, certificates and settings of everything around; deploy --help says more

  --config F       facility file, or a folder of them; may be repeated
  --log-level L    ${LOG_LEVELS.join(', ')} (default info); logs are JSON lines on stderr
  --dry-run        say what setup would do, and do nothing
  --tokens DIR     setup: make the access of server and Grafana too, with no more rights than they need, and
                   keep it in files of this folder that their owner alone may read. Of 2.x the tokens
                   ingest-token and grafana-token; of 1.x, where auth-enabled is on, the users
                   davylamp-ingest and davylamp-grafana with ingest-password and grafana-password. Files
                   that are there are tried and left alone; one that is refused makes setup end with 1
  --rotate         with --tokens: make all of them anew and revoke those of before
  --ready          health: end with 1 also while the server waits for the broker
  --json           print the result of check, setup, health or backup as JSON
  --help           this text

Environment, each but the names and paths also as a file that {name}_FILE names:
  DAVYLAMP_MQTT_USERNAME   the user name at the broker; wins over mqtt.username
  DAVYLAMP_MQTT_PASSWORD   its password
  DAVYLAMP_MQTT_CERT_FILE  PEM file of the certificate that the broker is shown, and DAVYLAMP_MQTT_KEY_FILE of
                           its key; they win over mqtt.cert and mqtt.key
  DAVYLAMP_STORE_TOKEN     the token of InfluxDB 2.x or 3.x. setup: one that may read orgs, and read and write
                           buckets and dbrps, with --tokens authorizations too; the server: read and write of
                           the buckets {bucket} and {bucket}/rollup
  DAVYLAMP_STORE_USERNAME  the user name at InfluxDB 1.x; wins over store.username
  DAVYLAMP_STORE_PASSWORD  its password. setup: of an administrator; the server: of a user with all privileges
                           on the database
  DAVYLAMP_REGISTER_PASSWORD  the password at PostgreSQL, where server.register names one
Exit status: 0 ok, 1 failed, 2 bad usage.
`
