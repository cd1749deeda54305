import { isIP } from 'node:net'
import { dirname } from 'node:path'
import type { DeploymentPlan } from './deployment-plan.ts'
import { brokerName } from './facility-files.ts'
import { consoleUrl, grafanaUrl } from './grafana-settings.ts'
import { annunciatorFiles, FILES, gatewayFiles } from './layout.ts'
import { annunciatorHome, GATEWAY_HOME, PROGRAM } from './systemd-units.ts'

/** What a person does after `init`, in order, with the commands. `missing`: files of the plant that it did not have. */
export function nextSteps(plan: DeploymentPlan, folder: string, missing: readonly string[]): string {
  const given = missingSteps(folder, missing)
  const steps = [...given, ...(plan.options.native ? nativeSteps(plan, folder) : composeSteps(plan, folder))]
  const text = steps.map((step, index) => `${index + 1}. ${step.join('\n     ')}\n`).join('')
  return `\nWhat to do next (docs/deployment.md says more):\n\n${text}`
}

type Step = readonly string[]

function missingSteps(folder: string, missing: readonly string[]): Step[] {
  if (missing.length === 0) return []
  return [
    [
      'Bring what the facility file names and is not there: to where it names it, and run init again, or here, with owner and mode of the other secrets.',
      ...missing.map((path) => `${folder}/${path}`),
    ],
  ]
}

function composeSteps(plan: DeploymentPlan, folder: string): Step[] {
  const compose = `docker compose --env-file ${folder}/${FILES.environment}`
  return [
    ['Look whether all is sound.', `npm run deploy -- check${folderOption(folder)}`],
    [
      'Say in .env which addresses are published: as it is, this machine alone reaches broker, console and Grafana.',
      `${folder}/${FILES.environment}    DAVYLAMP_MQTT_BIND, DAVYLAMP_HTTPS_BIND, DAVYLAMP_GRAFANA_BIND`,
    ],
    [
      'Start it; with simulated devices add --profile simulator before up.',
      `${compose} up --detach --build`,
      `${compose} ps`,
    ],
    ...exportSteps(plan, `${compose} exec server mkdir --parents`),
    ...peopleSteps(plan, folder),
    ...gatewaySteps(plan, folder),
    ...annunciatorSteps(plan, folder),
    caStep(folder),
  ]
}

function nativeSteps(plan: DeploymentPlan, folder: string): Step[] {
  const { home, data, influxdb, ports } = plan.options
  const run = `${PROGRAM}/node_modules/.bin/node ${PROGRAM}/ingest/main.ts`
  const admin =
    influxdb === 1
      ? `influx -port ${ports.influxdb} < ${home}/${FILES.influxdb.users}    (then auth-enabled = true in /etc/influxdb/influxdb.conf)`
      : `influx setup --org ${inShell(plan.store.org)} --bucket ${inShell(plan.store.bucket)} --username admin --password "$(cat ${home}/${FILES.influxdb.adminPassword})" --token "$(cat ${home}/${FILES.influxdb.adminToken})" --force`
  const setup =
    influxdb === 1
      ? `DAVYLAMP_STORE_PASSWORD_FILE=${home}/${FILES.storePassword} ${run} setup --config ${home}/${FILES.server.facilities}`
      : `DAVYLAMP_STORE_TOKEN_FILE=${home}/${FILES.influxdb.adminToken} ${run} setup --config ${home}/${FILES.server.facilities} --tokens ${home}/${FILES.influxdb.tokens}`
  return [
    ['Look whether all is sound.', `npm run deploy -- check${folderOption(folder)}`],
    [
      `Give everybody their part of the folder, at ${home}.`,
      `install --mode=0644 ${home}/${FILES.units.user} /etc/sysusers.d/davylamp.conf && systemd-sysusers`,
      `chown --recursive mosquitto: ${home}/mosquitto && chown --recursive davylamp: ${home}/server`,
      `chmod 0711 ${home}`,
    ],
    [
      'Start the broker.',
      `install --directory --owner=mosquitto ${data}/mosquitto`,
      `install -D --mode=0644 ${home}/${FILES.units.broker} /etc/systemd/system/mosquitto.service.d/davylamp.conf`,
      'systemctl daemon-reload && systemctl enable mosquitto && systemctl restart mosquitto',
    ],
    ['Set the database up.', admin, setup],
    [
      'Start the server.',
      `install --mode=0644 ${home}/${FILES.units.server} /etc/systemd/system/`,
      'systemctl daemon-reload && systemctl enable --now davylamp-server',
    ],
    ...exportSteps(plan, 'install --directory --owner=davylamp --group=davylamp'),
    ...peopleSteps(plan, folder),
    ...gatewaySteps(plan, folder),
    ...annunciatorSteps(plan, folder),
    caStep(folder),
  ]
}

/** The server makes none: one that is missing may be a mount that is. */
function exportSteps({ exportFolders }: DeploymentPlan, make: string): Step[] {
  if (exportFolders.length === 0) return []
  return [
    [
      'Make the folders that hazards are exported to, or mount there what others fetch them from.',
      `${make} ${exportFolders.join(' ')}`,
    ],
  ]
}

function peopleSteps({ options }: DeploymentPlan, folder: string): Step[] {
  return [
    [
      'Open the console and Grafana; browsers trust them once they know the CA.',
      `${consoleUrl(options)}    the log of the server has the link of the first administrator`,
      `${grafanaUrl(options)}    admin, password in ${folder}/${FILES.grafana.adminPassword}`,
      `${folder}/${FILES.authority.cert}    the CA`,
    ],
  ]
}

function gatewaySteps({ options, users }: DeploymentPlan, folder: string): Step[] {
  const name = brokerName(options)
  const gateways = users.filter(({ kind }) => kind === 'gateway')
  const [first] = gateways
  if (first === undefined) return []
  if (options.names.length === 0)
    return [
      [
        `Gateways on machines of their own need the name of this one: it is called ${name} now, which they cannot find.`,
        `npm run deploy -- init${folderOption(folder)} --name HOST`,
      ],
    ]
  const about = isIP(name) === 0 ? `They find the broker as ${name}.` : `They find the broker at ${name}.`
  return [
    [
      `Bring each gateway that has a machine of its own its folder; ${gateways.map((user) => user.name).join(', ')}. ${about}`,
      `scp -r ${folder}/${gatewayFiles(first.name).folder} root@GATEWAY:${GATEWAY_HOME}`,
      `ssh root@GATEWAY 'chown -R davylamp: ${GATEWAY_HOME} && install -m 0644 ${GATEWAY_HOME}/davylamp-gateway.service /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now davylamp-gateway'`,
    ],
  ]
}

function annunciatorSteps({ options, users }: DeploymentPlan, folder: string): Step[] {
  if (options.names.length === 0) return []
  const names = users.flatMap(({ kind, name }) => (kind === 'annunciator' ? [name] : []))
  const [first] = names
  if (first === undefined) return []
  const home = annunciatorHome(first)
  const unit = `/etc/systemd/system/davylamp-annunciator-${first}.service`
  return [
    [
      `Bring each annunciator its folder, once a person has confirmed it (docs/annunciator.md); ${names.join(', ')}.`,
      `ssh root@MACHINE 'install --directory ${dirname(home)}' && scp -r ${folder}/${annunciatorFiles(first).folder} root@MACHINE:${home}`,
      `ssh root@MACHINE 'chown -R davylamp: ${home} && install -m 0644 ${home}/davylamp-annunciator.service ${unit} && systemctl daemon-reload && systemctl enable --now davylamp-annunciator-${first}'`,
    ],
  ]
}

function caStep(folder: string): Step {
  return [
    'Keep a copy of the folder where only you reach it, and take the key of the CA off this machine: it is needed to renew only.',
    `${folder}/${FILES.authority.key}`,
  ]
}

function folderOption(folder: string): string {
  return folder === 'deployment' ? '' : ` --folder ${folder}`
}

/** A word of a command line. */
function inShell(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
