import { FacilitySchema } from '../facility-schema.ts'
import { at, type JsonSchema, plain } from '../json-schema.ts'
import { TemplateSchema } from '../sensor-schema.ts'

/** From the facility to a sensor that a gateway reads, and to one of a foreign device. */
const SENSOR = ['gateways', 'buses', 'devices', 'sensors'].flatMap((list) => ['properties', list, 'items'])
const FOREIGN_SENSOR = ['foreign', 'sensors'].flatMap((list) => ['properties', list, 'items'])

/**
 * The JSON Schema that editors check a facility file with. It is milder than the loader, which fills in
 * defaults and templates first: what has a default may be left out, and of a sensor all but its id, and of a plan its id too.
 */
export function editorSchema(): JsonSchema {
  const schema = plain(FacilitySchema)
  const sensor = at(schema, SENSOR)
  sensor.properties = { id: sensor.properties?.id ?? {}, ...plain(TemplateSchema).properties }
  sensor.required = ['id']
  const foreign = at(schema, FOREIGN_SENSOR)
  foreign.properties = { ...foreign.properties, alarms: sensor.properties.alarms ?? {} }
  foreign.required = ['id']
  // With `use` the name of the plan of the catalogue is its id.
  at(schema, ['properties', 'plans', 'items']).required = []
  demandLess(schema)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:davylamp:facility-file',
    ...schema,
  }
}

/** Takes the keys that have a default out of every list of required ones. */
function demandLess(node: JsonSchema): void {
  const { properties = {}, patternProperties = {}, items } = node
  if (node.required !== undefined) {
    node.required = node.required.filter((key) => properties[key]?.default === undefined)
    if (node.required.length === 0) delete node.required
  }
  for (const inner of [...Object.values(properties), ...Object.values(patternProperties)]) demandLess(inner)
  if (items !== undefined) demandLess(items)
}
