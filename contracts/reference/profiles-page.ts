import { plain } from '../json-schema.ts'
import { loadProfile, profileNames, profilePath } from '../profile-load.ts'
import { type PointFile, type ProfileFile, ProfileSchema } from '../profile-schema.ts'
import { code, page, table } from './markdown.ts'
import { valueWords } from './value-words.ts'

type Rule = PointFile['status'][number]

const INTRODUCTION = `A profile is what an instrument has in which register, read from its manual once. A device of a facility file names
one, and gets a sensor for every point that is not optional:

\`\`\`yaml
devices:
  - id: midas-1 # sensor midas-1.gas
    profile: honeywell-midas
  - id: toc-1 # sensors toc-1.gas-1 to toc-1.gas-4
    profile: igd-toc-635
    unitId: 2
    channels: 4
\`\`\`

A device that lists sensors has exactly these. One with a \`point\` takes from it whatever neither it nor its template
gives, and others may stand beside it. The device's own keys go before those of the profile; maps are merged key by
key, lists such as \`status\` are replaced, and \`null\` takes a key away: \`plausibility: { overRangeAt: null }\`.

\`\`\`yaml
devices:
  - id: midas-2
    profile: honeywell-midas
    heartbeat: { within: 30s }
    sensors:
      - { id: CL-1, point: gas, quantity: Cl2, range: [0, 5], alarms: { H: { when: high, limit: 0.5 } } }
      - { id: CL-1-life, point: cell-life }
  - id: toc-2
    profile: igd-toc-635
    unitId: 3
    sensors:
      - { id: GT-7, point: gas, channel: 7, plausibility: { overRangeAt: 100 } }
\`\`\`

**Not verified** means that nobody has yet read a real instrument with the profile. Compare every value, and every
state you can bring about, with the display before you rely on it, and tell us.`

/** A profile of one point; a test loads it. */
const OWN = `## A profile of your own

\`profile: instruments/level.yaml\` is the path of a file from the folder of the facility file. \`gateway probe\` drafts
one from an instrument.

\`\`\`yaml
profile: our-level
title: Example Ltd. L-1, level transmitter
source: L-1 manual, page 12
verifiedOnHardware: false
drivers: [modbus-rtu, modbus-tcp]
device:
  heartbeat: { register: { address: "40009" } }
points:
  level:
    kind: level
    unit: m
    register: { address: "40001", type: float32, order: CDAB }
    channels: { max: 8, stride: 10, statusStride: 1 }
    status:
      - register: { address: "40101" }
        bits: [0, 1]
        means: { "0": good, "1": warm-up }
        others: device-fault
\`\`\``

/** docs/reference/profiles.md: the profiles that come with the gateway, and how to write one. */
export function profilesPage(): string {
  const profiles = profileNames().map((name) => loadProfile(profilePath(name)))
  return page('Device profiles', [
    INTRODUCTION,
    '## Profiles',
    table(
      ['Profile', 'Instrument', 'Verified on hardware'],
      profiles.map((profile) => [
        `[${code(profile.profile)}](#${profile.profile})`,
        profile.title,
        verified(profile),
      ]),
    ),
    OWN,
    ...keyTables(),
    ...profiles.flatMap(profileSection),
  ])
}

function verified({ verifiedOnHardware }: ProfileFile): string {
  return verifiedOnHardware ? 'yes' : 'not verified'
}

/** The keys of a profile, those of its points and of their channels. */
function keyTables(): string[] {
  const profile = plain(ProfileSchema)
  const [point = {}] = Object.values(profile.properties?.points?.patternProperties ?? {})
  const channels = point.properties?.channels ?? {}
  const device = Object.keys(profile.properties?.device?.properties ?? {})
  return [
    ...[
      {
        heading: 'Keys of a profile',
        node: profile,
        words: { device: device.map(code).join(', '), points: 'by name: point' },
      },
      { heading: 'Keys of a point', node: point, words: {} },
      { heading: 'Keys of channels', node: channels, words: {} },
    ].flatMap(({ heading, node, words }) => [
      `### ${heading}`,
      table(
        ['Key', 'Value', 'Default', 'Meaning'],
        Object.entries(node.properties ?? {}).map(([key, value]) => {
          const { default: initial } = value
          const isRequired = initial === undefined && node.required?.includes(key)
          const shown = initial === undefined || typeof initial === 'object' ? '' : code(initial)
          const known: Readonly<Record<string, string>> = words
          return [
            code(key),
            known[key] ?? valueWords(value),
            isRequired ? '**required**' : shown,
            value.description ?? '',
          ]
        }),
      ),
    ]),
    'What register, status, plausibility and report hold is in [config.md](config.md).',
  ]
}

function profileSection(profile: ProfileFile): string[] {
  const { points } = profile
  const { heartbeat } = profile.device
  const traits = [
    ['Source', `${profile.source}.`],
    ['Verified on hardware', verified(profile)],
    ['Drivers', profile.drivers.map(code).join(', ')],
    ...(heartbeat === undefined
      ? []
      : [['Heartbeat', `${place(heartbeat.register)} moves within ${heartbeat.within}`]]),
  ]
  return [
    `## ${profile.profile}`,
    `**${profile.title}**`,
    traits.map(([name, words]) => `- ${name}: ${words}`).join('\n'),
    ...(profile.notes === undefined ? [] : [profile.notes.trim()]),
    table(
      ['Point', 'What', 'Unit', 'Register', 'Status'],
      Object.entries(points).map(([name, point]) => [
        `${code(name)}${point.optional ? ' (optional)' : ''}`,
        point.name ?? point.kind,
        code(point.unit),
        `${registerWords(point)}${channelWords(point)}`,
        statusWords(point.status),
      ]),
    ),
  ]
}

/** As the manual has it: a quoted reference, or the table and the address on the wire. */
function place({ address, field, table: name }: PointFile['register']): string {
  if (field !== undefined) return `field ${field}`
  return typeof address === 'string' ? address : `${name ?? 'holding'} ${address}`
}

function registerWords({ register, unit }: PointFile): string {
  const { type, order, bit, scale = 1, offset = 0, from, to, valid } = register
  const words = [`${place(register)} ${type ?? 'uint16'}${bit === undefined ? '' : ` ${bit}`}`]
  if (type?.endsWith('32')) words.push(order)
  if (scale !== 1) words.push(`x ${scale}`)
  if (offset !== 0) words.push(`${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`)
  if (from !== undefined && to !== undefined) words.push(`${from.join(' to ')} is ${to.join(' to ')} ${unit}`)
  if (valid !== undefined) words.push(`valid ${valid.join(' to ')}`)
  return words.join(', ')
}

function channelWords({ channels }: PointFile): string {
  return channels === undefined ? '' : `; channels 1 to ${channels.max}, ${channels.stride} apart`
}

/** `40001: bits 0 to 3 (0 warm-up, 1 good, else out-of-spec); 40002: bit 5 device-fault` */
function statusWords(rules: readonly Rule[]): string {
  const byPlace = new Map<string, string[]>()
  for (const rule of rules) {
    const at = place(rule.register)
    byPlace.set(at, [...(byPlace.get(at) ?? []), meaningWords(rule)])
  }
  return [...byPlace].map(([at, words]) => `${at}: ${words.join(', ')}`).join('; ')
}

function meaningWords({ bits, means, others }: Rule): string {
  const [low, high = low] = bits ?? []
  const said = Object.entries(means).filter(([, meaning]) => meaning !== others)
  const [[value, meaning] = []] = said
  // Of a flag nothing is worth telling but what it means when it is set.
  if (low !== undefined && low === high && said.length === 1 && value === '1' && others === 'good')
    return `bit ${low} ${meaning}`
  const words = [...said.map((pair) => pair.join(' ')), `else ${others}`].join(', ')
  if (low === undefined) return words
  return `${low === high ? `bit ${low}` : `bits ${low} to ${high}`} (${words})`
}
