import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../../contracts/facility-load.ts'

const ALARMS = { H: { when: 'high', limit: 20 }, S: { when: 'stale' } }

/** A plant whose sensors are polled every five seconds; OLD is retired. */
function plantText(derived: readonly object[], area = 'hall', limit = 20): string {
  const sensor = (id: string, keys: object = {}) => ({
    ...{ id, kind: 'gas', unit: '%LEL', register: { address: 0 } },
    alarms: { ...ALARMS, H: { when: 'high', limit } },
    ...keys,
  })
  const sensors = ['A', 'B'].map((id, at) => sensor(id, { area, register: { address: 2 * at } }))
  const devices = [
    {
      id: 'd',
      poll: '5s',
      sensors: [...sensors, sensor('OLD', { retired: true, register: { address: 4 } })],
    },
  ]
  const gateways = [{ id: 'g', buses: [{ id: 'b', driver: 'modbus-tcp', host: '127.0.0.1', devices }] }]
  return JSON.stringify({ facility: { id: 'p' }, gateways, derived }, null, 1)
}

const MEAN = { id: 'M', of: 'A', compute: 'mean', window: '60s' }
const VOTE = { id: 'V', of: ['A.H', 'B.H'], compute: 'vote', need: 1 }

describe('check refuses of a derived sensor, with its line', () => {
  it.each<[string, object[], string]>([
    [
      'a retired input',
      [{ ...MEAN, of: 'OLD' }],
      'derived[0].of: "OLD" is retired, and "M" is computed from it',
    ],
    ['an alarm of a retired one', [{ ...VOTE, of: ['OLD.H'] }], 'derived[0].of: "OLD.H" is retired'],
    [
      'a retired derived one',
      [
        { ...MEAN, retired: true },
        { ...MEAN, id: 'N', of: 'M' },
      ],
      'derived[1].of: "M" is retired, and "N" is computed from it',
    ],
    ['an alarm without a limit', [{ ...VOTE, of: ['A.S', 'B.H'] }], 'derived[0].of: "A.S" has no limit'],
    ['the FAULT of a sensor', [{ ...VOTE, of: ['A.FAULT'] }], 'derived[0].of: "A.FAULT" has no limit'],
    [
      'an alarm that is not there',
      [{ ...VOTE, of: ['A.HH', 'B.H'] }],
      'derived[0].of: no sensor or alarm "A.HH", did you mean "A.H"?',
    ],
    [
      'an alarm of a mean',
      [{ ...MEAN, of: 'A.H' }],
      'derived[0].of: "A.H" is an alarm, and mean is computed',
    ],
    ['a grid that is too fine', [{ ...MEAN, every: '10ms' }], 'derived[0].every: every 10ms'],
    [
      'a window of one step',
      [{ ...MEAN, every: '60s' }],
      'derived[0].window: 60s: a window is no shorter than two steps of the grid, here 120s',
    ],
    [
      'a window of one poll',
      [{ ...MEAN, window: '9s' }],
      'derived[0].window: 9s: a window is no shorter than two polls, here 10s',
    ],
    [
      'a window that no memory holds',
      [{ ...MEAN, window: '30d', every: '1s' }],
      'derived[0].window: 30d: a window is no longer than 100000 steps of the grid',
    ],
    [
      'windows that are too long together, at the longest',
      [
        { ...MEAN, id: 'N', window: '25h', every: '1s' },
        ...Array.from({ length: 46 }, (_, at) => ({ ...MEAN, id: `N${at}`, window: '24h', every: '1s' })),
      ],
      'derived[0].window: the windows of all derived sensors hold 4064400 steps of their grids, and no more than ' +
        '4000000 are kept: give the longest (this one holds 90000) a coarser every',
    ],
    [
      'one that does not wait as long as its input does',
      [
        { ...MEAN, lateness: '30s' },
        { ...MEAN, id: 'N', of: 'M', lateness: '5s' },
      ],
      'derived[1].lateness: 5s: its inputs wait for theirs for 30s',
    ],
  ])('%s', (_, derived, message) => {
    const parse = () => parseFacility(plantText(derived), 'plant.json')
    expect(parse).toThrow(message)
    expect(parse).toThrow(/plant\.json:\d+:\d+ derived/)
  })

  it('that it is computed from itself, and not of those behind it', () => {
    const derived = [
      { ...MEAN, id: 'X', of: 'Y' },
      { ...MEAN, id: 'Y', of: 'X' },
      { ...MEAN, id: 'Z', of: 'X' },
      { ...MEAN, id: 'ZZ', of: 'Z' },
    ]
    let told = ''
    try {
      parseFacility(plantText(derived), 'plant.json')
    } catch (error) {
      told = String(error)
    }
    expect(told).toContain('CONFIG_INVALID: 2 errors')
    expect(told).toContain('derived[0].of: "X" is computed from itself, through Y')
    expect(told).toContain('derived[1].of: "Y" is computed from itself, through X')
  })

  it('but not a retired one of retired ones', () => {
    const derived = [{ ...MEAN, of: 'OLD', retired: true }, MEAN].map((one, at) => ({ ...one, id: `M${at}` }))
    expect(parseFacility(plantText(derived), 'plant.json').derived.map(({ id }) => id)).toEqual(['M1'])
  })
})

describe('a derived sensor', () => {
  const of = (text: string) => parseFacility(text, 'plant.json').derived

  it('waits at least as long as those that it is computed from', () => {
    const derived = [
      { ...MEAN, lateness: '30s' },
      { ...MEAN, id: 'N', of: 'M' },
    ]
    expect(of(plantText(derived)).map(({ latenessMs }) => latenessMs)).toEqual([30_000, 30_000])
  })

  it('goes on running when the area or the set points of its inputs change, and not when its own do', () => {
    const prints = (text: string) => of(text).map(({ print }) => print)
    const before = prints(plantText([MEAN, VOTE]))
    expect(prints(plantText([MEAN, VOTE], 'yard', 30))).toEqual(before)
    expect(
      prints(
        plantText([
          { ...MEAN, window: '90s' },
          { ...VOTE, need: 2 },
        ]),
      ),
    ).not.toContain(before[0])
  })
})
