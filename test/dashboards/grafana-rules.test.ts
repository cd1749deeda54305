import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { facilityRules } from '../../dashboards/grafana/rules/facility-rules.ts'
import { number, portions, quoteText } from '../../dashboards/grafana/rules/influxql.ts'
import { DEFAULT_LINKS } from '../../dashboards/grafana/rules/links.ts'
import type { AlertRule } from '../../dashboards/grafana/rules/rule.ts'
import { evaluations } from '../../dashboards/grafana/rules/ruled-sensors.ts'
import { nameOfSensor, said } from '../../dashboards/grafana/rules/wording.ts'
import { plantWith } from '../contracts/plant-text.ts'
import { examplePlant, queryOf, rulesOf } from './grafana-plant.ts'

const example = examplePlant()
const rules = rulesOf(example)
const plant = (edits: Record<string, string> = {}) => parseFacility(plantWith(edits), 'plant.yaml')
const titled = (title: string, of: readonly AlertRule[]) => of.filter((rule) => rule.title.includes(title))

/** A plant of so many sensors of one template. */
function largePlant(count: number): Facility {
  const small = plant()
  const gas = small.sensors.get('GT-2')
  if (gas === undefined) throw new Error('no GT-2')
  const sensors = Array.from({ length: count }, (_, index) => {
    const id = `GT-${String(index).padStart(5, '0')}-${'x'.repeat(20)}`
    return [
      id,
      { ...gas, id, name: id, alarms: gas.alarms.map((alarm) => ({ ...alarm, sensor: id })) },
    ] as const
  })
  return { ...small, sensors: new Map(sensors) }
}

describe('alert rules of the example', () => {
  it('watch every high and low limit of it, each sensor once', () => {
    const watched = titled('at or ', rules).flatMap((rule) => {
      const [, limit = ''] = /WHERE "value" ([<>]= [-\d.]+)/.exec(queryOf(rule)) ?? []
      const sensors = [...queryOf(rule).matchAll(/"sensor" = '([^']+)'/g)].map(([, id]) => id)
      return sensors.map((id) => `${id}.${rule.labels.key} ${limit} ${rule.labels.severity} ${rule.for}`)
    })
    const limits = [...example.sensors.values()].flatMap(({ alarms }) =>
      alarms
        .filter(({ when }) => when === 'high' || when === 'low')
        .map(({ id, when, limit, priority, onDelayMs }) => {
          const sign = when === 'high' ? '>=' : '<='
          return `${id} ${sign} ${limit} ${priority} ${Math.ceil(onDelayMs / 10_000) * 10}s`
        }),
    )
    expect(limits.length).toBeGreaterThan(40)
    expect(watched.sort()).toEqual(limits.sort())
  })

  it('need few rules: one for all sensors that say the same', () => {
    expect(titled('at or ', rules).length).toBeLessThan(20)
    expect(titled('gas H at or above 20 %LEL', rules)).toHaveLength(1)
  })

  it('have names that Grafana takes, and that tell them apart', () => {
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length)
    expect(new Set(rules.map(({ title }) => title.toLowerCase())).size).toBe(rules.length)
    for (const { uid, title } of rules) {
      expect(uid).toMatch(/^[A-Za-z0-9_-]{1,40}$/)
      expect(title.length).toBeLessThanOrEqual(190)
    }
    expect(rulesOf(examplePlant()).map(({ uid }) => uid)).toEqual(rules.map(({ uid }) => uid))
  })

  it('end in a comparison of a number that is there before it', () => {
    for (const { data, condition } of rules) {
      const ids = data.map(({ refId }) => refId)
      expect(ids.at(-1)).toBe(condition)
      for (const [index, { refId, model, datasourceUid, relativeTimeRange }] of data.entries()) {
        expect(model.refId).toBe(refId)
        expect((model.datasource as { uid: string }).uid).toBe(datasourceUid)
        expect(relativeTimeRange.from).toBeGreaterThan(0)
        if (index > 0) expect(ids.slice(0, index)).toContain(model.expression)
      }
    }
  })

  it('are evaluated in whole intervals', () => {
    const groups = facilityRules(example, { links: DEFAULT_LINKS, unacknowledgedMs: 61_000 })
    const count = (text: string) => Number(text.replace(/s$/, ''))
    for (const group of groups)
      for (const rule of group.rules) expect(count(rule.for) % count(group.interval), rule.title).toBe(0)
    expect(groups.map(({ name }) => name)).toEqual([...new Set(groups.map(({ name }) => name))])
  })

  it('hold no variable of Grafana outside of what people read', () => {
    for (const { annotations, ...rule } of rules) expect(JSON.stringify(rule)).not.toContain('$')
  })

  it('are told to somebody who knows what to do: text, runbook and console', () => {
    for (const { annotations, labels } of rules) {
      expect(annotations.summary).toMatch(/\S/)
      expect(annotations.description).toMatch(/\.$/)
      expect(annotations.runbook_url).toBe(`docs/runbooks/${labels.rule}.md`)
      expect(annotations.console).toMatch(/^http:\/\/127\.0\.0\.1:8080\/#\//)
      expect(annotations).not.toHaveProperty('__dashboardUid__')
    }
  })

  it('lead to a panel where there is one, by number as text', () => {
    const links = { ...DEFAULT_LINKS, panels: { gas: { dashboard: 'davylamp-gas', panel: 3 } } }
    const groups = facilityRules(example, { links, unacknowledgedMs: 900_000 })
    const gas = groups.find(({ name }) => name === 'demo-plant limits of gas')?.rules[0]
    expect(gas?.annotations).toMatchObject({ __dashboardUid__: 'davylamp-gas', __panelId__: '3' })
  })

  it('treat having nothing as trouble where somebody has to be heard, and there alone', () => {
    for (const { title, noDataState, execErrState } of rules) {
      const states = / silent/.test(title) ? ['Alerting', 'Alerting'] : ['OK', 'Error']
      expect([noDataState, execErrState], title).toEqual(states)
    }
  })
})

describe('alert rules follow the facility file', () => {
  it('when a limit, delay or priority changes: another rule takes the place of the old one', () => {
    const before = titled('gas H at or above', rulesOf(plant()))
    const limit = 'limit: 20'
    for (const change of ['limit: 21', 'limit: 20, onDelay: 11s', 'limit: 20, priority: critical']) {
      const after = titled('gas H at or above', rulesOf(plant({ [limit]: change })))
      expect(after).toHaveLength(1)
      expect(after[0]?.uid).not.toBe(before[0]?.uid)
    }
    // What Grafana cannot tell apart is the same.
    const same = titled('gas H at or above', rulesOf(plant({ [limit]: 'limit: 20, offDelay: 9s' })))
    expect(same).toEqual(before)
  })

  it('when sensors come and go, in the same rule', () => {
    const other = '- { id: GT-2, use: lel, register: { address: 2 } }'
    const more = `${other}\n              - { id: GT-3, use: lel, register: { address: 4 } }`
    const [before] = titled('gas H at or above', rulesOf(plant()))
    const [after] = titled('gas H at or above', rulesOf(plant({ [other]: more })))
    expect(after?.uid).toBe(before?.uid)
    expect(after && queryOf(after)).toContain(`"sensor" = 'GT-3'`)
  })

  it('of two facilities, in rules of their own', () => {
    const two = [...rulesOf(plant()), ...rulesOf(plant({ 'id: plant': 'id: plant-2' }))]
    expect(new Set(two.map(({ uid }) => uid)).size).toBe(two.length)
    expect(new Set(two.map(({ title }) => title)).size).toBe(two.length)
  })
})

describe('alert rules of a large plant', () => {
  const large = rulesOf(largePlant(15_000))

  it('are as many as statements of bearable length take', () => {
    const limits = titled('gas H at or above', large)
    expect(limits.length).toBeLessThan(80)
    for (const rule of large) expect(queryOf(rule).length).toBeLessThan(13_000)
    const watched = limits.flatMap((rule) => [...queryOf(rule).matchAll(/"sensor" = '/g)])
    expect(watched).toHaveLength(15_000)
    expect(limits[1]?.title).toMatch(/ \(2 of \d+\)$/)
  })

  it('have names that tell them apart', () => {
    expect(new Set(large.map(({ uid }) => uid)).size).toBe(large.length)
    expect(new Set(large.map(({ title }) => title)).size).toBe(large.length)
  })
})

describe('portions', () => {
  it('hold each sensor once, in order, none too many', () => {
    const ids = fc.array(fc.string({ minLength: 1, maxLength: 64 }), { maxLength: 2_000 })
    fc.assert(
      fc.property(ids, (all) => {
        const sensors = all.map((id) => ({ id }))
        const parts = portions(sensors)
        expect(parts.flat()).toEqual(sensors)
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(500)
      }),
      { numRuns: 30 },
    )
  })
})

describe('texts of people', () => {
  /** What InfluxDB makes of a text within quotes; undefined when it is no whole one. */
  function unquoted(text: string): string | undefined {
    if (!/^'(?:[^'\\\n]|\\.)*'$/s.test(text)) return undefined
    return text.slice(1, -1).replaceAll(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char))
  }

  it('cannot end a statement of InfluxQL', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unquoted(quoteText(text)) === text))
    fc.assert(
      fc.property(fc.stringMatching(/^['"\\\n;-]{0,12}$/), (text) => unquoted(quoteText(text)) === text),
    )
  })

  /** What a template of Go makes of a text that has actions of strings alone; undefined when there is another. */
  function expanded(template: string): string | undefined {
    const isPlain = template.replaceAll('{{"{"}}', '').includes('{{')
    return isPlain ? undefined : template.replaceAll('{{"{"}}', '{')
  }

  it('cannot begin an action of a template', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[{}"%$. a]{0,12}$/))
    fc.assert(fc.property(text, (one) => expanded(`${said(one)}{`) === `${one}{`))
  })

  it('name the sensor that an alert is about, whatever it is called', () => {
    const sensors = [
      { id: 'GT-1', name: 'Pump "A" {{ .Values }} \ud800' },
      { id: 'GT-2', name: 'GT-2' },
      { id: 'GT-3', name: 'Methane' },
    ]
    const text = nameOfSensor(sensors)
    expect(text).toBe(
      '{{ if eq $labels.sensor "GT-1" }} (Pump "A" {{"{"}}{{"{"}} .Values }} \ud800){{ else if eq $labels.sensor "GT-3" }} (Methane){{ end }}',
    )
    expect(nameOfSensor(sensors.slice(1, 2))).toBe('')
  })
})

describe('number', () => {
  it('is exact, and has no exponent', () => {
    const any = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    )
    fc.assert(
      fc.property(any, (value) => {
        expect(Number(number(value)) === value).toBe(true)
        expect(number(value)).toMatch(/^-?\d+(\.\d+)?$/)
      }),
    )
  })

  it.each([
    [20, '20'],
    [0.34, '0.34'],
    [-5, '-5'],
    [0, '0'],
    [1e-7, '0.0000001'],
    [-2.5e-10, '-0.00000000025'],
    [1e21, '1000000000000000000000.0'],
    [123456.789, '123456.789'],
  ])('writes %d as %s', (value, text) => expect(number(value)).toBe(text))

  it('is none of what is no number', () => {
    expect(() => number(Number.NaN)).toThrow(RangeError)
    expect(() => number(Number.POSITIVE_INFINITY)).toThrow(RangeError)
  })
})

describe('delays', () => {
  it.each([
    [0, 0],
    [1, 10_000],
    [10_000, 10_000],
    [10_001, 20_000],
  ])('of %d ms take evaluations of %d ms', (delay, forMs) => expect(evaluations(delay)).toBe(forMs))
})
