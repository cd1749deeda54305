import fc from 'fast-check'
import Type from 'typebox'
import Value from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { provisionFiles } from '../../dashboards/grafana/provisioning/provision-files.ts'
import type { ProvisionOptions } from '../../dashboards/grafana/provisioning/provision-options.ts'
import { ruleFile } from '../../dashboards/grafana/provisioning/rule-files.ts'
import { literal } from '../../dashboards/grafana/provisioning/yaml-file.ts'
import { facilityRules } from '../../dashboards/grafana/rules/facility-rules.ts'
import { DEFAULT_LINKS } from '../../dashboards/grafana/rules/links.ts'
import { plantWith } from '../contracts/plant-text.ts'
import { examplePlant, rulesOf, withInfluxDb } from './grafana-plant.ts'

const example = examplePlant()
const exampleFiles = provisionFiles([example])
const plant = (edits: Record<string, string> = {}) =>
  withInfluxDb(parseFacility(plantWith(edits), 'plant.yaml'))
const RULES = 'provisioning/alerting/rules-plant.yaml'
const REMOVED = 'provisioning/alerting/removed.yaml'

function contentOf(files: ReadonlyMap<string, string>, path: string) {
  const text = files.get(path)
  if (text === undefined) throw new Error(`no ${path}`)
  return parse(text) as Record<string, unknown>
}

/** What a file says, when it has that shape. @throws what does not fit */
function as<T extends Type.TSchema>(schema: T, value: unknown): Type.Static<T> {
  Value.Assert(schema, value)
  return value
}

const PolicySchema = Type.Object({
  receiver: Type.String(),
  routes: Type.Array(
    Type.Object({
      receiver: Type.String(),
      object_matchers: Type.Array(Type.Array(Type.String())),
      group_wait: Type.String(),
    }),
  ),
})

/** What Grafana makes of a text of a provisioning file in an empty environment. */
function taken(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\$(\$|\w+|\{\w*\})/g, (_, name: string) => (name === '$' ? '$' : ''))
  if (Array.isArray(value)) return value.map(taken)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === 'annotations' ? one : taken(one)]),
  )
}

describe('provisioning files', () => {
  it('are these', () => {
    const contacts = { emails: ['a@b.example'] }
    expect([...provisionFiles([example, plant()], { contacts }).keys()].sort()).toEqual([
      'provisioning/alerting/contact-points.yaml',
      'provisioning/alerting/policies.yaml',
      'provisioning/alerting/rules-demo-plant.yaml',
      RULES,
      'provisioning/alerting/templates.yaml',
      'provisioning/dashboards/davylamp.yaml',
      'provisioning/datasources/davylamp.yaml',
    ])
  })

  it('say the rules as they were made', () => {
    const { groups } = contentOf(exampleFiles, 'provisioning/alerting/rules-demo-plant.yaml')
    const rules = (groups as { rules: unknown[] }[]).flatMap((group) => group.rules)
    expect(taken(rules)).toEqual(rulesOf(example))
  })

  it('are the same when they are made again', () => {
    expect(provisionFiles([examplePlant()])).toEqual(exampleFiles)
  })

  it('carry any name that a facility file can have', () => {
    const facility = plant()
    const name = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[{}"'\\$: #\n\t%&*!|>-]{1,20}$/),
    )
    fc.assert(
      fc.property(fc.tuple(name, name), (names) => {
        const sensors = [...facility.sensors].map(
          ([id, sensor], index) => [id, { ...sensor, name: names[index] ?? '' }] as const,
        )
        const called = { ...facility, sensors: new Map(sensors) }
        const [group] = facilityRules(called, { links: DEFAULT_LINKS, unacknowledgedMs: 900_000 })
        if (group === undefined) throw new Error('no rules')
        expect(taken((parse(ruleFile([group])) as { groups: unknown[] }).groups)).toEqual([group])
      }),
      { numRuns: 40 },
    )
  })

  it('quote what an older YAML would take for something else', () => {
    for (const [path, text] of exampleFiles)
      for (const line of text.split('\n'))
        expect(line, path).toMatch(
          /^(#.*|\s*(- )*)?([\w.]+:)?( ?(\[\]|\{\}|".*"|-?\d+|true|false))?$|^\s*(- )+[\w.]+:.*$/,
        )
  })

  it('need an InfluxDB', () => {
    const embedded = { ...example, store: { ...example.store, kind: 'embedded' as const } }
    expect(() => provisionFiles([embedded])).toThrow(expect.objectContaining({ code: 'GRAFANA_NO_STORE' }))
    expect(() => provisionFiles([])).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it('escape variables of Grafana', () => {
    fc.assert(fc.property(fc.string(), (text) => taken(literal(text)) === text))
  })
})

describe('the data source', () => {
  const sourceOf = (store: Partial<Facility['store']>, datasource: ProvisionOptions['datasource'] = {}) => {
    const small = plant()
    const facility = { ...small, store: { ...small.store, ...store } }
    const content = contentOf(
      provisionFiles([facility], { datasource }),
      'provisioning/datasources/davylamp.yaml',
    )
    const [source] = as(Type.Array(Type.Record(Type.String(), Type.Unknown())), content.datasources)
    expect(content).toMatchObject({ apiVersion: 1, prune: true })
    return source
  }

  it('of InfluxDB 2 has a token of a file, and the name that queries use', () => {
    expect(sourceOf({ api: 'v2', bucket: 'plant', database: 'mapped' }, { tokenFile: '/x/token' })).toEqual({
      name: 'Davylamp',
      uid: 'davylamp',
      type: 'influxdb',
      access: 'proxy',
      orgId: 1,
      url: 'http://influxdb:8086',
      database: 'mapped',
      isDefault: false,
      editable: false,
      version: 1,
      jsonData: {
        version: 'InfluxQL',
        dbName: 'mapped',
        httpMode: 'POST',
        timeInterval: '1s',
        httpHeaderName1: 'Authorization',
      },
      secureJsonData: { httpHeaderValue1: 'Token $__file{/x/token}' },
    })
    expect(sourceOf({ api: 'v2', bucket: 'plant' })).toMatchObject({ database: 'plant' })
  })

  it('of InfluxDB 1 has user and password of a file, or neither where everybody may read', () => {
    const v1 = { api: 'v1' as const, database: 'plant' }
    expect(sourceOf({ ...v1, username: 'reader' }, { url: 'http://10.0.0.1:8086' })).toMatchObject({
      url: 'http://10.0.0.1:8086',
      user: 'reader',
      secureJsonData: { password: '$__file{/run/secrets/grafana-password}' },
    })
    const open = sourceOf(v1)
    expect(open).not.toHaveProperty('user')
    expect(open).not.toHaveProperty('secureJsonData')
  })
})

describe('notifications', () => {
  const policiesOf = (options: ProvisionOptions) => {
    const content = contentOf(provisionFiles([plant()], options), 'provisioning/alerting/policies.yaml')
    const [root] = as(Type.Array(PolicySchema), content.policies)
    if (root === undefined) throw new Error('no policy')
    return root
  }

  it('go to the contact point that every Grafana has when nobody is named', () => {
    expect(exampleFiles.has('provisioning/alerting/contact-points.yaml')).toBe(false)
    const { receiver, routes } = policiesOf({})
    expect([receiver, ...routes.map((route) => route.receiver)]).toEqual(
      Array(6).fill('grafana-default-email'),
    )
  })

  it('go to whom the environment names', () => {
    const contacts = { emails: ['a@b.example', 'c@d.example'], webhook: 'https://hook.example/$x' }
    const files = provisionFiles([plant()], { contacts })
    const { contactPoints } = contentOf(files, 'provisioning/alerting/contact-points.yaml')
    expect(taken(contactPoints)).toMatchObject([
      {
        name: 'Davylamp',
        receivers: [
          { uid: 'davylamp-email', type: 'email', settings: { addresses: 'a@b.example;c@d.example' } },
          { uid: 'davylamp-webhook', type: 'webhook', settings: { url: 'https://hook.example/$x' } },
        ],
      },
    ])
    expect(policiesOf({ contacts }).receiver).toBe('Davylamp')
  })

  it('reach a route by every severity that a rule has, the most urgent at once', () => {
    const { routes } = policiesOf({})
    const routed = routes.flatMap(({ object_matchers }) =>
      object_matchers.filter(([name]) => name === 'severity').map(([, , value]) => value),
    )
    expect(routed).toEqual(['critical', 'high', 'medium', 'low'])
    for (const { labels } of rulesOf(example)) expect(routed).toContain(labels.severity)
    expect(routes.find(({ object_matchers }) => object_matchers[1]?.[2] === 'critical')?.group_wait).toBe(
      '0s',
    )
  })

  it('are left alone when told so', () => {
    const paths = [...provisionFiles([plant()], { notifications: false }).keys()]
    expect(paths.filter((path) => /policies|templates|contact/.test(path))).toEqual([])
  })
})

describe('what is gone', () => {
  const files = (facilities: readonly Facility[], options: ProvisionOptions = {}) =>
    provisionFiles(facilities, options)
  const deleted = (of: ReadonlyMap<string, string>) =>
    of.has(REMOVED)
      ? ((contentOf(of, REMOVED).deleteRules ?? []) as { uid: string }[]).map(({ uid }) => uid)
      : []

  it('is nothing at first, and nothing when nothing changed', () => {
    const first = files([plant()])
    expect(first.has(REMOVED)).toBe(false)
    expect(files([plant()], { previous: first })).toEqual(first)
  })

  it('is deleted by name, and stays so until it is back', () => {
    const first = files([plant()])
    const second = files([plant({ 'limit: 20': 'limit: 21' })], { previous: first })
    const old = rulesOf(plant()).filter(({ title }) => / 20 /.test(title))
    expect(old).toHaveLength(1)
    expect(deleted(second)).toEqual(old.map(({ uid }) => uid))
    const third = files([plant({ 'limit: 20': 'limit: 22' })], { previous: second })
    expect(deleted(third)).toHaveLength(2)
    const back = files([plant()], { previous: third })
    expect(deleted(back)).toHaveLength(2)
    expect(deleted(back)).not.toContain(old[0]?.uid)
    const rules = new Set(rulesOf(plant()).map(({ uid }) => uid))
    expect(deleted(back).filter((uid) => rules.has(uid))).toEqual([])
  })

  it('is every rule of a facility that is no more', () => {
    const previous = files([plant(), example])
    const now = files([plant()], { previous })
    expect(deleted(now)).toEqual(
      rulesOf(example)
        .map(({ uid }) => uid)
        .sort(),
    )
  })

  it('is a contact of several, and policies that are left to people from now on', () => {
    const contacts = { emails: ['a@b.example'], webhook: 'https://hook.example' }
    const previous = files([plant()], { contacts })
    const fewer = files([plant()], { contacts: { webhook: contacts.webhook }, previous })
    expect(contentOf(fewer, REMOVED)).toEqual({
      apiVersion: 1,
      deleteContactPoints: [{ orgId: 1, uid: 'davylamp-email' }],
    })
    expect(contentOf(files([plant()], { notifications: false, previous }), REMOVED)).toMatchObject({
      resetPolicies: [1],
    })
  })

  it('is nothing of a file that is no YAML any more', () => {
    const previous = new Map([[RULES, 'groups: [ { rules: [ "']])
    expect(files([plant()], { previous }).has(REMOVED)).toBe(false)
  })
})

describe('message templates', () => {
  it('have as many ends as beginnings, and no variable of Grafana', () => {
    const { templates } = contentOf(exampleFiles, 'provisioning/alerting/templates.yaml')
    const [{ template }] = as(Type.Tuple([Type.Object({ template: Type.String() })]), templates)
    expect(template).not.toContain('$')
    const count = (pattern: RegExp) => template.match(pattern)?.length ?? 0
    expect(count(/\{\{-? (define|if|range)\b/g)).toBe(count(/\{\{-? end\b/g))
    expect(count(/\{\{/g)).toBe(count(/\}\}/g))
    for (const [, name] of template.matchAll(/template "([^"]+)"/g))
      expect(template).toContain(`define "${name}"`)
  })
})
