import { FacilitySchema } from '../facility-schema.ts'
import { type JsonSchema, plain } from '../json-schema.ts'
import { code, page, table } from './markdown.ts'
import { valueWords } from './value-words.ts'

const INTRODUCTION = `One YAML file describes a plant. Gateway, server and simulator each take their part of it. JSON is YAML, so a
JSON file will do too. [facility.example.yaml](../../facility.example.yaml) is a complete plant.

An unknown key is an error. \`npm run gateway -- check --config FILE\` tells all errors of a file at once, each
with line, path and, for a misspelt word, a suggestion. An editor does so while you type: begin the file with
\`# yaml-language-server: $schema=./contracts/facility.schema.json\`.

A server takes several files: repeat \`--config\`, or give a folder. Ids are unique within a facility only.
\`mqtt\`, \`store\` and \`server\` are given in one of the files, or the same in all of them.`

const VALUES = `## Values

- **Durations** are a number and a unit without a space: \`250ms\`, \`2s\`, \`10m\`, \`8h\`, \`7d\`.
- **Sizes** likewise, in powers of ten: \`64MB\`, \`2GB\`.
- **Ids** begin with a letter or a digit, then come up to 63 of \`A-Z a-z 0-9 . _ -\`. Ids that differ only in case
  count as the same. Quote an id that is a number: \`"101"\`. The id of a sensor is never used again for another
  quantity; a sensor that is gone gets \`retired: true\`. Ids that begin with \`sys.\` are the system's own.
- **Alarm keys** are 1 to 16 of \`A-Z a-z 0-9 _ -\`. The id of an alarm is \`{sensor}.{key}\`, such as \`GT-101.H\`.
- **Units** are a closed list with exact conversions: [units.md](units.md).
- **Register addresses** are the zero-based addresses of the protocol. A quoted \`"40001"\` or \`"400001"\` is a
  Modicon reference: it counts from 1, and its first digit is the table (0 coil, 1 discrete, 3 input,
  4 holding). So \`"40003"\` is address 2 of the table holding, but the number \`40003\` without quotes is address 40003.
- **Templates** hold keys that sensors share. A sensor says \`use: NAME\` and overrides any of them: maps such as
  \`alarms\` are merged key by key, anything else is replaced.`

/** A plant of one sensor; a test loads it. */
const EXAMPLE = `## Example

\`\`\`yaml
facility: { id: demo-plant, name: Demo plant, timezone: Asia/Shanghai }
server: { auth: off } # on a loopback address only
areas:
  - { id: tank-farm, name: Tank farm }
templates:
  lel-detector:
    kind: gas
    unit: "%LEL"
    range: [0, 100]
    alarms:
      H: { when: high, limit: 20, deadband: 1, onDelay: 2s, offDelay: 10s, priority: high }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 192.0.2.10
        devices:
          - id: gas-panel
            unitId: 1
            poll: 1s
            area: tank-farm
            sensors:
              - id: GT-101
                use: lel-detector
                name: Methane, pump bay
                quantity: CH4
                register: { address: "40001", type: float32 }
\`\`\``

/** docs/reference/config.md: every key of the facility file, section by section. */
export function configPage(): string {
  const sections = sectionsOf({ node: plain(FacilitySchema), path: '' }, new Map())
  return page('The facility file', [INTRODUCTION, VALUES, EXAMPLE, ...sections])
}

/** A map of keys and where it stands: `gateways[].buses[]`; the path of the file itself is empty. */
interface Place {
  node: JsonSchema
  path: string
}

/** The table of a map, then those of the maps within. Key of `shown`: title of a map that has its table. */
function sectionsOf({ node, path }: Place, shown: Map<string, string>): string[] {
  const within: Place[] = []
  const rows = Object.entries(node.properties ?? {}).map(([key, value]) => {
    const place = mapWithin(value, path === '' ? key : `${path}.${key}`)
    let words = valueWords(value)
    if (place !== undefined) {
      const title = place.node.title ?? place.path
      if (!shown.has(title)) within.push(place)
      shown.set(title, shown.get(title) ?? place.path)
      words = manyOf(value, `[${title}](#${anchor(shown.get(title) ?? place.path)})`)
    }
    return [code(key), words, initial(node, key), value.description ?? place?.node.description ?? '']
  })
  return [
    path === '' ? '## All keys' : `## ${code(path)}`,
    table(['Key', 'Value', 'Default', 'Meaning'], rows),
    ...within.flatMap((inner) => sectionsOf(inner, shown)),
  ]
}

/** The map that stands at a key, in a list or by key; undefined for anything else. */
function mapWithin(node: JsonSchema, path: string): Place | undefined {
  const [byKey] = Object.values(node.patternProperties ?? {})
  // A template has the keys of a sensor: its own table would only repeat them.
  if (byKey?.title === 'template') return undefined
  if (byKey !== undefined) return mapWithin(byKey, `${path}.{key}`)
  if (node.items !== undefined) return mapWithin(node.items, `${path}[]`)
  return Object.keys(node.properties ?? {}).length > 0 ? { node, path } : undefined
}

function manyOf(node: JsonSchema, words: string): string {
  if (node.patternProperties !== undefined) return `by key: ${words}`
  return node.type === 'array' ? `list: ${words}` : words
}

/** Of the heading of a map, as GitHub makes it. */
function anchor(path: string): string {
  return path.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

function initial(parent: JsonSchema, key: string): string {
  const value = parent.properties?.[key]?.default
  if (value === undefined) return parent.required?.includes(key) ? '**required**' : ''
  return typeof value === 'object' ? '' : code(value)
}
