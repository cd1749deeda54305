import type { Annunciator } from '../../contracts/annunciator.ts'
import { givenCredentials } from '../../contracts/broker-credentials.ts'
import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError, ERRORS } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { type CommandOptions, required } from '../commissioning/command-options.ts'
import { facilityOf } from '../commissioning/command-target.ts'
import { brokerAddress } from '../delivery/broker-address.ts'
import { DialInListeners } from '../drivers/dial-in.ts'
import { createWritingDriver } from '../drivers/registry.ts'
import { askAnnunciator } from './annunciator-health.ts'
import { AnnunciatorPort } from './annunciator-port.ts'
import { AnnunciatorRun } from './annunciator-run.ts'
import { type DryLine, DryRun } from './dry-run.ts'

interface Surroundings {
  clock: Clock
  random: () => number
  randomId: () => string
}

/**
 * `npm run gateway -- annunciator`: drives the outputs until it is stopped.
 * @throws CodedError ANNUNCIATOR_UNKNOWN, ANNUNCIATOR_UNCONFIRMED, or what is wrong with the facility file
 */
export async function annunciatorCommand(
  terminal: Terminal,
  surroundings: Surroundings,
  asked: { options: CommandOptions; logger: Logger },
): Promise<number> {
  const { options } = asked
  const facility = facilityOf(options)
  const annunciator = annunciatorOf(facility, options)
  const logger = asked.logger.child({ annunciator: annunciator.id })
  const shared = { ...surroundings, facility, annunciator, logger }
  if (options.health === true) {
    terminal.out(`${await askAnnunciator(annunciator)}\n`)
    return EXIT.ok
  }
  // A terminal that is closed is no reason to leave the outputs as they are.
  terminal.onHangup?.(() =>
    logger.info({}, 'an annunciator takes a changed facility file when it is started anew'),
  )
  if (options['dry-run'] === true) {
    const print = (line: DryLine) =>
      terminal.out(options.json === true ? `${JSON.stringify(line)}\n` : textOf(line))
    const dry = new DryRun({ ...shared, print })
    dry.start(addressOf(terminal, facility, `${annunciator.id}.${surroundings.randomId()}`))
    await terminal.stopped
    await dry.stop()
    return EXIT.ok
  }
  return run(terminal, shared)
}

async function run(
  terminal: Terminal,
  shared: Surroundings & { facility: Facility; annunciator: Annunciator; logger: Logger },
): Promise<number> {
  const { facility, annunciator, clock, logger } = shared
  const { id, confirmed, metrics, bus } = annunciator
  if (confirmed === undefined)
    throw new CodedError(
      'ANNUNCIATOR_UNCONFIRMED',
      `${facility.file}: nobody has confirmed annunciator ${id}`,
    )
  const dialIn = new DialInListeners({ logger })
  const driver = createWritingDriver(bus, { clock, counter: { discard: () => undefined }, dialIn })
  const address = addressOf(terminal, facility, id)
  const annunciatorRun = new AnnunciatorRun({ ...shared, driver })
  const port =
    metrics === undefined
      ? undefined
      : new AnnunciatorPort({
          address: metrics,
          facility: facility.id,
          annunciator: id,
          state: () => annunciatorRun.state(),
          troubles: () => annunciatorRun.troubles(),
        })
  await port?.start()
  annunciatorRun.start(address)
  logger.info({ confirmed, outputs: annunciator.outputs.length }, 'the annunciator is running')
  await terminal.stopped
  const isSafe = await annunciatorRun.stop()
  await port?.stop()
  await dialIn.stop()
  if (isSafe) {
    logger.info({}, 'the annunciator has stopped, with every output safe')
    return EXIT.ok
  }
  const code = 'OUTPUTS_NOT_SAFE'
  logger.error({ code, troubles: annunciatorRun.troubles() }, ERRORS[code].remedy)
  return EXIT.failed
}

/** The annunciator named, or the only one. @throws CodedError USAGE or ANNUNCIATOR_UNKNOWN */
function annunciatorOf({ annunciators, file }: Facility, options: CommandOptions): Annunciator {
  const [only, ...others] = annunciators
  if (options.id === undefined && only !== undefined && others.length === 0) return only
  const id = required(options, 'id')
  const found = annunciators.find((each) => each.id === id)
  if (found !== undefined) return found
  const known = annunciators.map((each) => each.id).join(', ') || 'none'
  throw new CodedError('ANNUNCIATOR_UNKNOWN', `${file}: no annunciator "${id}"; there are: ${known}`)
}

/** Its client id has a part that no gateway's has, so that a broker takes neither for the other. */
function addressOf(terminal: Terminal, facility: Facility, id: string) {
  return brokerAddress(facility, {
    gateway: `annunciator.${id}`,
    credentials: givenCredentials(terminal.env),
  })
}

function textOf({ time, output, look, because, table, address, value }: DryLine): string {
  return `${new Date(time).toISOString()} ${output} ${look} (${because}): ${table} ${address} = ${value}\n`
}
