import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TANK_GAUGE_NAMES } from '../../simulators/plant/tank-gauges.ts'
import { scenarioNames } from '../../simulators/scenario-load.ts'
import { EFFECT_KINDS, PlantSchema } from '../../simulators/scenario-schema.ts'

const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8')

test.each([
  ['scenarios that come with the program', scenarioNames()],
  ['entries of a timeline', EFFECT_KINDS],
  ['gauges of a tank', TANK_GAUGE_NAMES],
  ['parts of a plant', Object.keys(PlantSchema.properties)],
])('docs/scenarios.md names all %s', (_what, names) => {
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})
