import { LOG_LEVELS } from '../contracts/logger.ts'

export const HELP = `Usage: npm run gateway -- COMMAND --config FILE [--gateway ID] [options]

Commands
  run      read the devices and publish over MQTT until stopped (the default); SIGHUP has it read the
           facility file again
  check    validate the file without touching a device: planned requests, load of each line, place of the outbox
  read     poll everything once and print every sensor; fails when no device answered
  scan     ask every unit of a bus for one register and list those that answer
  probe    read the registers of a device, find its holes, show what they may mean, draft a profile
  health   say in one line whether the gateway on this machine does its work, and end with 0 if so: for
           containers and systemd. A broker or devices that are away are told and are no fault of it
  release  open the over-range latch of a sensor on the running gateway, on this machine
  annunciator
           a program of its own: hears the alarms at the broker and drives lamps, horns or relays until stopped

  All of them but annunciator only read; scan and probe want a line for themselves: stop \`run\` first.

Options of all commands
  --config FILE      the facility file
  --gateway ID       which gateway; may be left out when the file has one only, and for check
  --json             check, scan, probe, health: one JSON document; read, annunciator --dry-run: one JSON
                     object per line
  --log-level LEVEL  ${LOG_LEVELS.join(', ')}; default info. Logs go to stderr.
  --help             this text

read
  --watch            poll at the rate of the devices until Ctrl-C: a table that is redrawn in place, or one
                     line per reading where stdout is no terminal
  --device ID        only this device

scan
  --bus ID           a bus of the file; may be left out when there is one only
  --from N --to N    units to ask, default 1 to 247; on TCP from 0 to 255 are allowed
  --timeout TIME     how long to wait for each, default 200ms; a unit is asked twice before it counts as silent

probe
  --device ID        a device of the file; or --bus ID, or a line as below, with --unit N
  --table TABLE      holding, input, coil or discrete; default holding
  --from N --to N    zero-based protocol addresses, default 0 and the 200 from there
  --timeout TIME     how long to wait for an answer; default that of the bus, 1s without a file
  --block N          largest block to ask for, default what the device answers by the file, else 125
  --looks N          times that every register is read, default 3: what moves is measured
  --every TIME       from one look to the next, default 2s
  --pause TIME       before every request, default 20ms
  --yaml FILE        write a draft of a device profile there, - for stdout instead of the tables

A line without a facility file, for scan and probe
  --driver DRIVER    modbus-tcp, modbus-rtu, modbus-rtu-over-tcp or modbus-ascii
  --serial PATH      device file or COM port, with --baud 9600 --parity none|even|odd --data-bits 8 --stop-bits 1
  --host HOST        with --port 502

release
  --sensor ID        a sensor that GET /latches lists
  --by NAME          who releases it
  --reason TEXT      why: both go into the log of the gateway

annunciator
  --id ID            which of \`annunciators\`; may be left out when the file has one only. Without \`confirmed\` in the
                     file it refuses to drive anything
  --dry-run          print what each output would do and write nothing; with --json one object per line
  --health           ask the one that runs on this machine, on its \`metrics\` port: 0 while every output does
                     what it is told

Environment
  DAVYLAMP_MQTT_USERNAME   user name at the broker; wins over mqtt.username
  DAVYLAMP_MQTT_PASSWORD   password at the broker, or DAVYLAMP_MQTT_PASSWORD_FILE, a file with it; wins over
                           mqtt.passwordFile
  DAVYLAMP_MQTT_CERT_FILE  PEM file of the certificate that the broker is shown, and DAVYLAMP_MQTT_KEY_FILE of its
                           key; they win over mqtt.cert and mqtt.key

Exit status: 0 ok, 1 failed, 2 bad usage.

Examples
  npm run gateway -- scan --driver modbus-rtu --serial /dev/serial/by-id/usb-FTDI_1 --baud 9600 --parity none
  npm run gateway -- probe --config plant.yaml --device gas-panel --table input --from 0 --to 99 --yaml draft.yaml
  npm run gateway -- annunciator --config plant.yaml --id horns --dry-run
  npm run gateway -- release --config plant.yaml --sensor GT-101 --by "A. Turner" --reason "calibrated, 50 %LEL"
`
