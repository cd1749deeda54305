import { annunciatorFiles, gatewayFiles, type Places } from './layout.ts'
import type { MqttUser } from './mqtt-users.ts'
import type { DeploymentOptions } from './options.ts'

/** Where docs/deployment.md puts the program, and on the machine of a gateway what it needs of this folder. */
export const PROGRAM = '/opt/davylamp'
export const GATEWAY_HOME = '/etc/davylamp'

/** What all our units share: nothing is written but their own data, and no privilege is ever gained. */
const HARDENING = `UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
# No MemoryDenyWriteExecute: the engine of Node.js compiles while it runs.`

const SERIAL_PORTS = `DevicePolicy=closed
DeviceAllow=char-ttyS rw
DeviceAllow=char-ttyUSB rw
DeviceAllow=char-ttyACM rw
DeviceAllow=char-ttyAMA rw
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK`

/** The server. It reads its secrets from files that systemd hands to it alone. */
export function serverUnit({ influxdb, home }: DeploymentOptions, { server, serverData }: Places): string {
  const [name, variable, source] =
    influxdb === 1
      ? ['store-password', 'DAVYLAMP_STORE_PASSWORD_FILE', `${server}/store-password`]
      : ['store-token', 'DAVYLAMP_STORE_TOKEN_FILE', `${home}/influxdb/tokens/ingest-token`]
  return `# Written by npm run deploy -- init.
[Unit]
Description=Davylamp server: ingest, alarms, API and console
Documentation=file:${PROGRAM}/docs/deployment.md
Wants=network-online.target
After=network-online.target mosquitto.service influxdb.service
StartLimitIntervalSec=0

[Service]
Type=exec
User=davylamp
Group=davylamp
WorkingDirectory=${serverData}
LoadCredential=${name}:${source}
Environment=NODE_ENV=production ${variable}=%d/${name}
ExecStart=${PROGRAM}/node_modules/.bin/node ${PROGRAM}/ingest/main.ts run --config ${server}/facilities
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
TimeoutStopSec=15
LimitNOFILE=65536
OOMScoreAdjust=-500
ReadWritePaths=${serverData}
${serverData === '/var/lib/davylamp' ? 'StateDirectory=davylamp\nStateDirectoryMode=0750\n' : ''}PrivateDevices=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
${HARDENING}

[Install]
WantedBy=multi-user.target
`
}

/** One gateway on its own machine, which has its folder at /etc/davylamp. Serial ports are the only devices it sees. */
export function gatewayUnit({ name, gateway }: MqttUser): string {
  return `# Written by npm run deploy -- init: of ${gatewayFiles(name).folder}, for the machine of this gateway.
[Unit]
Description=Davylamp gateway ${name}
Documentation=file:${PROGRAM}/docs/deployment.md
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=davylamp
Group=davylamp
SupplementaryGroups=dialout
WorkingDirectory=/var/lib/davylamp
Environment=NODE_ENV=production
ExecStart=${PROGRAM}/node_modules/.bin/node ${PROGRAM}/gateway/main.ts run --config ${GATEWAY_HOME}/facility.yaml --gateway ${gateway?.id ?? ''}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
TimeoutStopSec=15
LimitNOFILE=8192
OOMScoreAdjust=-500
StateDirectory=davylamp
StateDirectoryMode=0750
ReadWritePaths=/var/lib/davylamp
${SERIAL_PORTS}
${HARDENING}

[Install]
WantedBy=multi-user.target
`
}

/** One annunciator, beside whatever else runs on its machine. It keeps nothing; stopped, it makes its outputs safe first. */
export function annunciatorUnit({ name, annunciator }: MqttUser): string {
  const id = annunciator?.id ?? ''
  return `# Written by npm run deploy -- init: of ${annunciatorFiles(name).folder}, for the machine of this annunciator.
[Unit]
Description=Davylamp annunciator ${name}
Documentation=file:${PROGRAM}/docs/annunciator.md
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=davylamp
Group=davylamp
SupplementaryGroups=dialout
Environment=NODE_ENV=production
ExecStart=${PROGRAM}/node_modules/.bin/node ${PROGRAM}/gateway/main.ts annunciator --config ${annunciatorHome(name)}/facility.yaml --id ${id}
Restart=always
RestartSec=2
TimeoutStopSec=15
LimitNOFILE=8192
OOMScoreAdjust=-500
${SERIAL_PORTS}
${HARDENING}

[Install]
WantedBy=multi-user.target
`
}

/** Where the machine of an annunciator has its folder; not that of a gateway, which may run there too. */
export function annunciatorHome(user: string): string {
  return `/etc/davylamp-annunciators/${user}`
}

/** systemd-sysusers: the user of server, gateways and annunciators. */
export function serviceUser(): string {
  return 'u davylamp - "Davylamp" /var/lib/davylamp\n'
}

/** A drop-in: Debian's Mosquitto reads our configuration instead of its own. */
export function brokerDropIn({ broker }: Places): string {
  return `# Written by npm run deploy -- init.
[Service]
ExecStart=
ExecStart=/usr/sbin/mosquitto -c ${broker}/mosquitto.conf
Restart=always
RestartSec=2
LimitNOFILE=16384
`
}
