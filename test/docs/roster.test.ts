import { expect, test } from 'vitest'
import { turnsOf } from '../../alerting/roster/duty-plan.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { filesLike } from '../contracts/source-files.ts'

const PAGE = 'docs/roster.md'
const page = filesLike(PAGE).get(PAGE) ?? ''

test('the duties of docs/roster.md load, and four teams take turns as its table says', () => {
  const block = /\n( {4}roster:\n(?: {4}.*\n)+)/.exec(page)?.[1] ?? ''
  const names = new Set(block.match(/[a-z]+\.[a-z]+/g))
  const plant = parseFacility(
    `facility: { id: plant, timezone: Asia/Shanghai }
responders: [ ${[...names].map((id) => `{ id: ${id} }`).join(', ')} ]
${block.replaceAll(/^ {4}/gm, '')}
gateways: [ { id: gw-1, buses: [] } ]
`,
    'roster.md',
  )
  const operators = plant.notify.duties.get('operators')
  if (operators === undefined) throw new Error('no operators')
  const from = Date.parse('2026-11-30T08:00:00+08:00')
  const rows = [...page.matchAll(/^\| \d \| ([A-D]) \| ([A-D]) \| ([A-D]), ([A-D]) \|$/gm)]
  expect(rows).toHaveLength(4)
  for (const [day, [, ...teams]] of rows.entries()) {
    const at = from + day * 86_400_000
    const turns = turnsOf(operators, plant.timezone, at, at + 86_400_000)
    expect(turns.map(({ team }) => team)).toEqual(teams.slice(0, 2))
    expect([...teams].sort()).toEqual(['A', 'B', 'C', 'D'])
  }
  // A week each, from Monday on.
  const managers = plant.notify.duties.get('managers')
  const weeks = managers && turnsOf(managers, plant.timezone, from, from + 14 * 86_400_000)
  expect(weeks?.map(({ team }) => team).join(' ')).toBe(`${'first '.repeat(7)}${'second '.repeat(7)}`.trim())
})
