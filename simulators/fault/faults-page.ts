import { FAULT_KINDS, FAULTS, type FaultNeed, type FaultRow } from './fault-kinds.ts'

/** Key: a need, as people read it. */
const NEEDS: Readonly<Record<Exclude<FaultNeed, object>, string>> = {
  modbus: 'a Modbus device',
  checksum: 'a CRC, LRC or checksum (not modbus-tcp)',
  request: 'a device that is asked',
  'shared-line': 'a serial line (not modbus-tcp)',
  heartbeat: 'a heartbeat',
  number: 'a sensor that is more than a bit',
  float: 'a sensor of type float, or of a record',
  'high-alarm': 'a sensor with a high alarm',
}

const HEAD = `# Faults of simulated devices

Written by \`node simulators/main.ts faults\` from \`simulators/fault/fault-kinds.ts\`.

A scenario gives a device a fault for a while:

    timeline:
      - { at: 20s, duration: 15s, fault: { device: gas-panel, kind: late-answer, delay: 300ms } }

and a test does so with \`simulation.fault('gas-panel', 'late-answer', { delayMs: 300 })\`, which ends with
\`false\` in place of the parameters. A device may have several at once. What a device cannot have is refused
with the reason: \`SCENARIO_INVALID\` in a file, \`FAULT_UNSUITED\` in a call. \`sensor\` names the only sensor of
the device that has the fault; without it all have.

| kind | what the device does | needs | takes |
|---|---|---|---|
`

/** docs/reference/faults.md, as the table of faults has it. */
export function faultsPage(): string {
  const rows = FAULT_KINDS.map((kind) => {
    const { means, needs, takes }: FaultRow = FAULTS[kind]
    const wants = needs.map((need) =>
      typeof need === 'object' ? `a status that means ${need.status}` : NEEDS[need],
    )
    return `| \`${kind}\` | ${means} | ${wants.join(', ')} | ${takes.join(', ')} |\n`
  })
  return HEAD + rows.join('')
}
