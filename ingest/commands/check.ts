import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { InspectedFacility } from '../../contracts/facility-load.ts'
import type { Finding } from '../../contracts/review/finding.ts'
import { checkServer } from '../server-check.ts'

/** Advice of one rule that is printed; the rest is counted, and whole with --json. */
const SHOWN = 10

/** `npm run ingest -- check`: 1 when anything is refused. @throws CodedError as checkServer does */
export function checkCommand(
  terminal: Terminal,
  inspected: readonly InspectedFacility[],
  json: boolean,
): number {
  for (const { facility } of inspected) checkServer(facility)
  const report = inspected.map(reportOf)
  terminal.out(json ? `${JSON.stringify(report)}\n` : report.map(textOf).join(''))
  return report.some(({ refusals }) => refusals.length > 0) ? EXIT.failed : EXIT.ok
}

type Report = ReturnType<typeof reportOf>

function reportOf({ facility, review }: InspectedFacility) {
  const { id, file, digest, sensors, gateways, foreign, refusals } = facility
  return {
    facility: id,
    file,
    digest,
    gateways: gateways.length,
    foreignDevices: foreign.length,
    foreignSensors: foreign.reduce((sum, device) => sum + device.sensors.length, 0),
    sensors: sensors.size,
    alarms: sensors.values().reduce((sum, sensor) => sum + sensor.alarms.length, 0),
    refusals,
    advice: review(['advice']),
  }
}

function textOf(report: Report): string {
  const { file, facility, gateways, foreignDevices, foreignSensors, sensors, alarms, ...found } = report
  const { refusals, advice } = found
  const foreign = foreignDevices === 0 ? '' : ` (${foreignSensors} of ${foreignDevices} foreign devices)`
  const verdict = refusals.length === 0 ? 'ok' : `REFUSED, ${refusals.length} to mend`
  return [
    `${file}: ${verdict}, ${facility}: ${gateways} gateways, ${sensors} sensors${foreign}, ${alarms} alarms\n`,
    ...refusals.map((finding) => `${lineOf(finding)}    -> ${finding.remedy}\n`),
    ...adviceLines(advice),
  ].join('')
}

/** Every rule says once what to do. */
function adviceLines(advice: readonly Finding[]): string[] {
  return Array.from(Map.groupBy(advice, ({ rule }) => rule).values(), (findings) => {
    const rest = findings.length - SHOWN
    const more = rest > 0 ? `  ${findings[0]?.rule}: ${rest} more, all with --json\n` : ''
    return `${findings.slice(0, SHOWN).map(lineOf).join('')}${more}    -> ${findings[0]?.remedy}\n`
  })
}

function lineOf({ level, rule, clause, file, line, column, path, message, sensors }: Finding): string {
  const word = level === 'refusal' ? 'refused' : 'advice'
  const many = sensors === 1 ? '' : `, ${sensors} sensors`
  return `  ${word}: ${file}:${line}:${column} ${path}: ${message} (${rule}, ${clause}${many})\n`
}
