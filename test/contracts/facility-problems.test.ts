import { describe, expect, it } from 'vitest'
import { loadFacility, parseFacility } from '../../contracts/facility-load.ts'
import { plantWith, problemsOf } from './plant-text.ts'

const GT1 = 'gateways[0].buses[0].devices[0].sensors[0]'
const GT2 = 'gateways[0].buses[0].devices[0].sensors[1]'

/** Expected lines may end early, with three dots. */
function cut(lines: readonly string[], expected: readonly string[]): string[] {
  return lines.map((line, index) => {
    const wanted = expected[index] ?? ''
    return wanted.endsWith('...') ? `${line.slice(0, wanted.length - 3)}...` : line
  })
}

const UNREADABLE: [name: string, text: string, expected: string[]][] = [
  [
    'a duplicate key',
    'facility: { id: a }\nfacility: { id: b }\n',
    ['2:1 (file): this key is there already'],
  ],
  [
    'broken YAML',
    'facility: { id: a\n',
    ['2:1 (file): Flow map in block collection must be sufficiently indented and end with a }'],
  ],
  ['a tab', 'facility:\n	id: a\n', ['2:1 (file): Tabs are not allowed as indentation']],
  [
    'two documents',
    'facility: { id: a }\n---\nfacility: { id: b }\n',
    ['2:1 (file): a second document begins here: a file holds one'],
  ],
  ['an alias of nothing', 'facility: *plant\n', ['1:11 (file): no anchor "&plant" stands before this alias']],
  [
    'an alias within itself',
    'facility: &plant { id: plant, name: *plant }\n',
    ['1:1 (file): nested more than 50 levels deep'],
  ],
  [
    'aliases that unfold without end',
    'a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
    ['1:1 (file): Excessive alias count indicates a resource exhaustion attack'],
  ],
  ['60 levels', `plans: ${'['.repeat(60)}${']'.repeat(60)}`, ['1:1 (file): nested more than 50 levels deep']],
]

const MISSHAPEN: [name: string, text: string, expected: string[]][] = [
  [
    'an empty file',
    '',
    ['1:1 facility: required key "facility" is missing', '1:1 gateways: required key "gateways" is missing'],
  ],
  [
    'a comment only',
    '# nothing\n',
    ['1:1 facility: required key "facility" is missing', '1:1 gateways: required key "gateways" is missing'],
  ],
  ['a list', '- a\n- b\n', ['1:1 (file): ["a","b"]: expected a map of keys']],
  ['a text', 'hello', ['1:1 (file): "hello": expected a map of keys']],
  ['gateways: null', 'facility: { id: plant }\ngateways: null\n', ['2:1 gateways: null: expected a list']],
  [
    'a map for a list',
    'facility: { id: plant }\ngateways: { id: gw-1 }\n',
    ['2:1 gateways: {"id":"gw-1"}: expected a list'],
  ],
  [
    'no gateway',
    'facility: { id: plant }\ngateways: []\n',
    ['2:1 gateways: []: expected at least 1 in the list'],
  ],
  [
    'odd items in lists',
    'facility: { id: plant }\ngateways:\n  - text\n  - null\n  - { id: gw-1, buses: 5 }\n',
    [
      '3:5 gateways[0]: "text": expected a map of keys',
      '4:5 gateways[1]: null: expected a map of keys',
      '5:17 gateways[2].buses: 5: expected a list',
    ],
  ],
]

const WRONG: [name: string, edits: Record<string, string>, end: string, expected: string[]][] = [
  [
    'a misspelt section',
    { 'areas: [': 'aeras: [' },
    '',
    ['2:1 aeras: unknown key "aeras", did you mean "areas"?'],
  ],
  [
    'a misspelt key of a device',
    { 'area: tank-farm\n': 'aera: x\n' },
    '',
    ['13:13 gateways[0].buses[0].devices[0].aera: unknown key "aera", did you mean "area"?'],
  ],
  [
    'a number as id',
    { 'id: GT-1\n': 'id: 101\n' },
    '',
    [
      `15:17 ${GT1}.id: 101: expected an id: a letter or digit, then up to 63 of A-Z a-z 0-9 . _ -; quote it: "101"`,
    ],
  ],
  [
    'a number as unit',
    { 'unit: ppm': 'unit: 1' },
    '',
    [`17:17 ${GT1}.unit: 1 is not one of 1, %LEL, LEL.m, ppm, ppb, %vo...`],
  ],
  [
    'an id with a space',
    { 'id: panel': 'id: gas panel' },
    '',
    [
      '12:13 gateways[0].buses[0].devices[0].id: "gas panel": expected an id: a letter or digit, then up to 63 of A-Z a-z 0-9 . _ -',
    ],
  ],
  [
    'an unknown driver',
    { 'driver: modbus-tcp': 'driver: modbus-tpc' },
    '',
    [
      '9:9 gateways[0].buses[0].driver: "modbus-tpc" is not one of modbus-tcp, modbus-rtu, modbus-rtu-over-...',
    ],
  ],
  [
    'no driver',
    { '        driver: modbus-tcp\n': '' },
    '',
    ['8:9 gateways[0].buses[0].driver: required key "driver" is missing'],
  ],
  [
    'no host',
    { '        host: 127.0.0.1\n': '' },
    '',
    ['8:9 gateways[0].buses[0].host: required key "host" is missing for driver modbus-tcp (or give listen)'],
  ],
  [
    'a host that is a number',
    { 'host: 127.0.0.1': 'host: 5' },
    '',
    ['10:9 gateways[0].buses[0].host: 5: expected text; quote it: "5"'],
  ],
  [
    'an unknown unit',
    { 'unit: ppm': 'unit: ppn' },
    '',
    [`17:17 ${GT1}.unit: "ppn" is not one of 1, %LEL, LEL.m, ppm, ppb,...`],
  ],
  [
    'an unknown kind',
    { 'kind: gas\n': 'kind: gsa\n' },
    '',
    [`16:17 ${GT1}.kind: "gsa" is not one of gas, level, seismic, temp...`],
  ],
  [
    'an unknown area',
    { 'area: tank-farm': 'area: tank-fram' },
    '',
    ['13:13 gateways[0].buses[0].devices[0].area: no area "tank-fram", did you mean "tank-farm"?'],
  ],
  [
    'an unknown template',
    { 'use: lel,': 'use: lell,' },
    '',
    [
      `19:17 ${GT2}.kind: required key "kind" is missing`,
      `19:17 ${GT2}.unit: required key "unit" is missing`,
      `19:29 ${GT2}.use: no template "lell", did you mean "lel"?`,
    ],
  ],
  [
    'no template at all',
    { 'use: lel,': 'use: something,' },
    '',
    [
      `19:17 ${GT2}.kind: required key "kind" is missing`,
      `19:17 ${GT2}.unit: required key "unit" is missing`,
      `19:29 ${GT2}.use: no template "something"`,
    ],
  ],
  [
    'a missing register',
    { '                register: { address: 1 }\n': '' },
    '',
    [`15:17 ${GT1}.register: required key "register" is missing`],
  ],
  [
    'a register without address',
    { '{ address: 1 }': '{ type: int16 }' },
    '',
    [`18:17 ${GT1}.register.address: required key "address" is missing`],
  ],
  [
    'a wrong address',
    { '{ address: 1 }': '{ address: 65536 }' },
    '',
    [`18:29 ${GT1}.register.address: the value reaches to address 65536, past 65535`],
  ],
  [
    'a register that passes the last address',
    {
      '{ address: 1 }': '{ address: 65534, type: float32 }',
      '{ address: 2 }': '{ address: 65535, type: float32 }',
    },
    '',
    [`19:51 ${GT2}.register.address: the value reaches to address 65536, past 65535`],
  ],
  [
    'a Modicon reference that does',
    { '{ address: 1 }': '{ address: "465534", type: int64 }' },
    '',
    [`18:29 ${GT1}.register.address: the value reaches to address 65536, past 65535`],
  ],
  [
    'a string that does',
    { '{ address: 1 }': '{ address: 65534, type: string, length: 5 }' },
    '',
    [`18:29 ${GT1}.register.address: the value reaches to address 65536, past 65535`],
  ],
  [
    'a Modicon reference of nothing',
    { '{ address: 1 }': '{ address: "40000" }' },
    '',
    [`18:29 ${GT1}.register.address: "40000" is no Modicon reference: they begin at 1, such as "40001"`],
  ],
  [
    'a Modicon reference in another table',
    { '{ address: 1 }': '{ address: "30001", table: holding }' },
    '',
    [`18:47 ${GT1}.register.table: "30001" is in table input, not holding`],
  ],
  [
    'a wide type in a bit table',
    { '{ address: 1 }': '{ table: coil, address: 1, type: int16 }' },
    '',
    [`18:54 ${GT1}.register.type: table coil holds bits, not int16`],
  ],
  [
    'a bit of a register, not said which',
    { '{ address: 1 }': '{ address: 1, type: bit }' },
    '',
    [`18:17 ${GT1}.register.bit: required key "bit" is missing: say which bit of the register`],
  ],
  [
    'a bit of a number',
    { '{ address: 1 }': '{ address: 1, bit: 3 }' },
    '',
    [`18:41 ${GT1}.register.bit: only type bit of a holding or input register has a bit`],
  ],
  [
    'a string without length',
    { '{ address: 1 }': '{ address: 1, type: string }' },
    '',
    [`18:17 ${GT1}.register.length: required key "length" is missing for a string`],
  ],
  [
    'a length of a number',
    { '{ address: 1 }': '{ address: 1, length: 4 }' },
    '',
    [`18:41 ${GT1}.register.length: only a string has a length`],
  ],
  [
    'from without to',
    { '{ address: 1 }': '{ address: 1, from: [0, 1] }' },
    '',
    [`18:17 ${GT1}.register.to: \`from\` and \`to\` go together`],
  ],
  [
    'to without from',
    { '{ address: 1 }': '{ address: 1, to: [0, 1] }' },
    '',
    [`18:17 ${GT1}.register.from: \`from\` and \`to\` go together`],
  ],
  [
    'from beside scale',
    { '{ address: 1 }': '{ address: 1, from: [0, 1], to: [0, 1], scale: 2 }' },
    '',
    [`18:41 ${GT1}.register.from: give either from and to, or scale and offset`],
  ],
  [
    'a span of no width',
    { '{ address: 1 }': '{ address: 1, from: [4, 4], to: [0, 1] }' },
    '',
    [`18:41 ${GT1}.register.from: the two numbers must differ`],
  ],
  [
    'a scale of 0',
    { '{ address: 1 }': '{ address: 1, scale: 0 }' },
    '',
    [`18:41 ${GT1}.register.scale: a scale of 0 would lose the value`],
  ],
  [
    'not a number',
    { '{ address: 1 }': '{ address: 1, scale: .nan, offset: .inf }' },
    '',
    [
      `18:41 ${GT1}.register.scale: NaN: expected a number`,
      `18:54 ${GT1}.register.offset: Infinity: expected a number`,
    ],
  ],
  [
    'valid the wrong way round',
    { '{ address: 1 }': '{ address: 1, valid: [5, 1] }' },
    '',
    [`18:41 ${GT1}.register.valid: [5, 1]: the first number must be below the second`],
  ],
  [
    'a misspelt key of a register',
    { '{ address: 1 }': '{ address: 1, tabel: coil, type: bit }' },
    '',
    [`18:41 ${GT1}.register.tabel: unknown key "tabel", did you mean "table"?`],
  ],
  [
    'a range of one number',
    { 'unit: ppm': 'unit: ppm\n                range: [5]' },
    '',
    [`18:17 ${GT1}.range: [5]: expected two numbers [low, high]`],
  ],
  [
    'a range with a text',
    { 'unit: ppm': 'unit: ppm\n                range: [5, x]' },
    '',
    [`18:28 ${GT1}.range[1]: "x": expected a number`],
  ],
  [
    'a range the wrong way round',
    { 'unit: ppm': 'unit: ppm\n                range: [5, 5]' },
    '',
    [`18:17 ${GT1}.range: [5, 5]: the first number must be below the second`],
  ],
  [
    'an alarm without limit',
    { 'unit: ppm': 'unit: ppm\n                alarms: { H: { when: high } }' },
    '',
    [`18:27 ${GT1}.alarms.H.limit: required key "limit" is missing for an alarm when high`],
  ],
  [
    'an alarm without condition',
    { 'unit: ppm': 'unit: ppm\n                alarms: { H: { limit: 5 } }' },
    '',
    [`18:27 ${GT1}.alarms.H.when: required key "when" is missing`],
  ],
  [
    'a stale alarm with a limit',
    { 'unit: ppm': 'unit: ppm\n                alarms: { S: { when: stale, limit: 5 } }' },
    '',
    [`18:45 ${GT1}.alarms.S.limit: an alarm when stale has no limit`],
  ],
  [
    'a FAULT that is none',
    { 'unit: ppm': 'unit: ppm\n                alarms: { FAULT: { when: high, limit: 5 } }' },
    '',
    [`18:36 ${GT1}.alarms.FAULT.when: the alarm FAULT of a sensor is for when fault only`],
  ],
  [
    'an alarm key with a dot',
    { 'unit: ppm': 'unit: ppm\n                alarms: { H.1: { when: high, limit: 5 } }' },
    '',
    [
      `18:27 ${GT1}.alarms.H.1: unknown key "H.1": expected alarms by key, each key 1 to 16 of A-Z a-z 0-9 _ -`,
    ],
  ],
  [
    'alarms that are a list',
    { 'unit: ppm': 'unit: ppm\n                alarms: [H]' },
    '',
    [`18:17 ${GT1}.alarms: ["H"]: expected a map of keys`],
  ],
  [
    'a negative deadband',
    { 'unit: ppm': 'unit: ppm\n                alarms: { H: { when: high, limit: 5, deadband: -1 } }' },
    '',
    [`18:54 ${GT1}.alarms.H.deadband: -1: expected at least 0`],
  ],
  [
    'a duration without unit',
    { 'area: tank-farm\n': 'poll: 1000\n' },
    '',
    [
      '13:13 gateways[0].buses[0].devices[0].poll: 1000: expected a duration such as 250ms, 2s, 10m, 8h or 7d',
    ],
  ],
  [
    'a poll too fast',
    { 'area: tank-farm\n': 'poll: 9ms\n' },
    '',
    ['13:13 gateways[0].buses[0].devices[0].poll: 9ms: expected 10ms to 1d'],
  ],
  [
    'a poll too slow',
    { 'area: tank-farm\n': 'poll: 25h\n' },
    '',
    ['13:13 gateways[0].buses[0].devices[0].poll: 25h: expected 10ms to 1d'],
  ],
  [
    'a heartbeat too fast',
    { 'id: gw-1': 'id: gw-1\n    heartbeat: 50ms' },
    '',
    ['7:5 gateways[0].heartbeat: 50ms: expected 100ms to 1h'],
  ],
  [
    'an unknown time zone',
    { '{ id: plant }': '{ id: plant, timezone: Asia/Shangai }' },
    '',
    ['1:24 facility.timezone: "Asia/Shangai" is no IANA time zone'],
  ],
  [
    'shifts that are no times of day, or too many',
    { '{ id: plant }': '{ id: plant, shifts: ["8:00", "24:00", "20:00"] }' },
    '',
    [
      '1:33 facility.shifts[0]: "8:00": expected a time of day such as 08:00',
      '1:41 facility.shifts[1]: "24:00": expected a time of day such as 08:00',
    ],
  ],
  [
    'shifts in disorder',
    { '{ id: plant }': '{ id: plant, shifts: ["20:00", "08:00", "08:00"] }' },
    '',
    [
      '1:42 facility.shifts[1]: 08:00: shifts are listed in the order of the day, after 20:00',
      '1:51 facility.shifts[2]: 08:00: shifts are listed in the order of the day, after 08:00',
    ],
  ],
  [
    'no shift',
    { '{ id: plant }': '{ id: plant, shifts: [] }' },
    '',
    ['1:24 facility.shifts: []: expected at least 1 in the list'],
  ],
  [
    'a retention under 30 days',
    {},
    'store: { retention: 29d }\n',
    ['20:10 store.retention: 29d: expected 30d to 36500d'],
  ],
  [
    'a retention of the journal under 400 days',
    {},
    'server: { journal: { retention: 399d } }\n',
    ['20:22 server.journal.retention: 399d: expected 400d to 36500d'],
  ],
  [
    'an address without port',
    {},
    'server: { listen: 127.0.0.1 }\n',
    ['20:11 server.listen: "127.0.0.1": expected an address and port such as 127.0.0.1:8080'],
  ],
  [
    'a URL of something else',
    {},
    'mqtt: { url: "http://x" }\n',
    ['20:9 mqtt.url: "http://x": expected embedded, or mqtt:// or mqtts:// and a host'],
  ],
  [
    'the same sensor twice, in other letters',
    { 'id: GT-2': 'id: gt-1' },
    '',
    [`19:19 ${GT2}.id: sensor "gt-1" is there already: ${GT1}`],
  ],
  [
    'the same area twice',
    { '[ { id: tank-farm } ]': '[ { id: tank-farm }, { id: Tank-Farm } ]' },
    '',
    ['2:31 areas[1].id: area "Tank-Farm" is there already: areas[0]'],
  ],
  [
    'a sensor of the system',
    { 'id: GT-2': 'id: Sys.x' },
    '',
    [`19:19 ${GT2}.id: ids that begin with "sys." are the system's own`],
  ],
  [
    'a derived sensor of nothing',
    {},
    'derived: [ { id: D, of: [GT-1, GT-3], compute: deviation } ]\n',
    ['20:21 derived[0].of: no sensor "GT-3", did you mean "GT-1"?'],
  ],
  [
    'a derived sensor with an id that is taken',
    {},
    'derived: [ { id: GT-1, of: GT-2, compute: rate, window: 1m, alarms: { H: { when: high } } } ]\n',
    [
      `20:14 derived[0].id: sensor "GT-1" is there already: ${GT1}`,
      '20:71 derived[0].alarms.H.limit: required key "limit" is missing for an alarm when high',
    ],
  ],
  [
    'misspelt keys deep in a template that nobody uses',
    { 'templates:\n': 'templates:\n  spare: { register: { orde: ABCD }, alarms: { H: { limt: 5 } } }\n' },
    '',
    [
      '4:24 templates.spare.register.orde: unknown key "orde", did you mean "order"?',
      '4:53 templates.spare.alarms.H.limt: unknown key "limt", did you mean "limit"?',
    ],
  ],
  [
    'a misspelt key of a template that nobody uses',
    { 'templates:\n': 'templates:\n  spare: { rang: [0, 1] }\n' },
    '',
    ['4:12 templates.spare.rang: unknown key "rang", did you mean "range"?'],
  ],
  [
    'a wrong value of a template that is used',
    { 'range: [0, 100]': 'range: [0, hundred]' },
    '',
    ['4:46 templates.lel.range[1]: "hundred": expected a number'],
  ],
  [
    'a rule broken by a template',
    { 'range: [0, 100]': 'range: [100, 0]' },
    '',
    ['4:35 templates.lel.range: [100, 0]: the first number must be below the second'],
  ],
  [
    'a wrong unit of a template, used twice',
    {
      'unit: "%LEL"': 'unit: "%LLE"',
      '      - { id: GT-2':
        '      - { id: GT-3, use: lel, register: { address: 4 } }\n              - { id: GT-2',
    },
    '',
    [
      '4:21 templates.lel.unit: "%LLE" is not one of 1, %LEL, LEL.m, ppm, ppb, %vol, mg/m3, ug/m3, m, cm, m...',
    ],
  ],
  [
    'an alarm of a template, overridden in part',
    {
      'limit: 20': 'limit: twenty',
      'register: { address: 2 }': 'register: { address: 2 }, alarms: { H: { deadband: 1 } }',
    },
    '',
    ['4:79 templates.lel.alarms.H.limit: "twenty": expected a number'],
  ],
  [
    'a limit that a template leaves to the sensor',
    { ', limit: 20': '' },
    '',
    [`19:17 ${GT2}.alarms.H.limit: required key "limit" is missing for an alarm when high`],
  ],
  [
    'a wrong key of a register of a template',
    { ', alarms: { H': ', register: { orde: ABCD }, alarms: { H' },
    '',
    ['4:64 templates.lel.register.orde: unknown key "orde", did you mean "order"?'],
  ],
  [
    'a template with a bad name',
    { 'templates:\n': 'templates:\n  a b: { range: [0, 1] }\n' },
    '',
    [
      '4:3 templates.a b: unknown key "a b": expected templates by name, each with any keys of a sensor but its id',
    ],
  ],
  [
    'a driver, an area, a limit and an address at once',
    {
      'driver: modbus-tcp': 'driver: modbus',
      'area: tank-farm': 'area: tank',
      'unit: ppm': 'unit: pmp\n                alarms: { H: { when: high, priority: urgent } }',
      '{ address: 1 }': '{ address: -1 }',
      'id: GT-2': 'id: GT-1',
    },
    'stroe: {}\n',
    [
      '9:9 gateways[0].buses[0].driver: "modbus" is not one of modbus-tcp, modbus-rtu, modbus-rtu-over-tcp, modbus-ascii, serial-line, seismic',
      '13:13 gateways[0].buses[0].devices[0].area: no area "tank"',
      `17:17 ${GT1}.unit: "pmp" is not one of 1, %LEL, LEL.m, ppm, ppb,...`,
      `18:27 ${GT1}.alarms.H.limit: required key "limit" is missing for an alarm when high`,
      `18:44 ${GT1}.alarms.H.priority: "urgent" is not one of low, medium, high, critical`,
      `19:29 ${GT1}.register.address: -1: expected a zero-based protoco...`,
      `20:19 ${GT2}.id: sensor "GT-1" is there already: ${GT1}`,
      '21:1 stroe: unknown key "stroe", did you mean "store"?',
    ],
  ],
  [
    '__proto__',
    { '{ id: plant }': '{ id: plant, __proto__: { name: x } }' },
    '',
    ['1:24 facility.__proto__: unknown key "__proto__"'],
  ],
]

describe('a facility file that is wrong', () => {
  it.each(UNREADABLE)('%s', (_name, text, expected) => {
    expect(problemsOf(text)).toEqual({ code: 'CONFIG_SYNTAX', lines: expected })
  })

  it.each(MISSHAPEN)('%s', (_name, text, expected) => {
    expect(problemsOf(text)).toEqual({ code: 'CONFIG_INVALID', lines: expected })
  })

  it.each(WRONG)('%s', (_name, edits, end, expected) => {
    const { code, lines } = problemsOf(plantWith(edits, end))
    expect({ code, lines: cut(lines, expected) }).toEqual({ code: 'CONFIG_INVALID', lines: expected })
  })

  it('never crashes, however deep it nests', () => {
    for (const [open, close] of ['[]', '{}']) {
      const text = `facility: ${String(open).repeat(100_000)}${String(close).repeat(100_000)}`
      expect(problemsOf(text)).toMatchObject({
        code: 'CONFIG_SYNTAX',
        lines: [expect.stringMatching(/nested more than 50 levels deep$/)],
      })
    }
  })

  it('tells file, count and all lines in its message', () => {
    const text = plantWith({ 'unit: ppm': 'unti: ppm', 'id: GT-2': 'id: GT 2' })
    expect(() => parseFacility(text, 'x.yaml')).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        detail: expect.stringMatching(/^3 errors\nx\.yaml:15:17 .*\nx\.yaml:17:17 .*\nx\.yaml:19:19 .*$/),
      }),
    )
  })

  it('is not there', () => {
    expect(() => loadFacility('nowhere.yaml')).toThrow(
      expect.objectContaining({ code: 'CONFIG_UNREADABLE', detail: expect.stringContaining('nowhere.yaml') }),
    )
  })
})
