import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_ABSENCES } from '../../../alerting/roster/absence.ts'
import type { Roster } from '../../../alerting/roster/roster.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { absence, at, ENGINEER, NOW, OPERATOR, plantText, RosterScene } from './roster-scene.ts'

const DAY = 86_400_000

let scene: RosterScene
let roster: Roster

beforeEach(async () => {
  scene = new RosterScene()
  roster = await scene.open()
})

function onDuty(duty: string, time: string): string[] {
  return roster.onDuty(duty, at(time)).map(({ id }) => id)
}

function enter(...given: Parameters<typeof absence>) {
  return roster.enter(absence(...given), ENGINEER)
}

describe('who is on duty', () => {
  it('is who is planned, and nobody where there is no such duty', () => {
    expect(onDuty('operators', '11-30T09:00')).toEqual(['li.wei'])
    expect(onDuty('operators', '11-30T20:00')).toEqual(['wang.fang'])
    expect(onDuty('managers', '12-05T03:00')).toEqual(['boss', 'chen.jun'])
    expect(onDuty('spare', '11-30T21:00')).toEqual([])
    expect(onDuty('nonsense', '11-30T09:00')).toEqual([])
  })

  it('is not who is absent, from the first moment to the last', async () => {
    await enter('li.wei', '11-30T10:00', '11-30T12:00')
    expect(onDuty('operators', '11-30T09:59')).toEqual(['li.wei'])
    expect(onDuty('operators', '11-30T10:00')).toEqual([])
    expect(onDuty('operators', '11-30T11:59')).toEqual([])
    expect(onDuty('operators', '11-30T12:00')).toEqual(['li.wei'])
  })

  it('is their substitute, once, also when the substitute has that duty anyway', async () => {
    await enter('li.wei', '11-30T08:00', '12-03T08:00', 'zhao.min')
    expect(onDuty('operators', '11-30T10:00')).toEqual(['zhao.min'])
    await enter('boss', '11-30T08:00', '12-03T08:00', 'chen.jun')
    expect(onDuty('managers', '11-30T10:00')).toEqual(['chen.jun'])
    expect(roster.shifts('managers', at('11-30T10:00'), at('11-30T11:00'))).toMatchObject([
      { persons: [{ id: 'chen.jun', substituteFor: null }], absent: [] },
    ])
  })

  it('is one substitute for two who are absent, once', async () => {
    await enter('boss', '11-30T10:00', '12-03T08:00', 'zhao.min')
    await enter('chen.jun', '11-30T10:00', '12-03T08:00', 'zhao.min')
    expect(onDuty('managers', '12-01T10:00')).toEqual(['zhao.min'])
  })

  it('is no substitute who became absent too; another that was named counts', async () => {
    await enter('li.wei', '11-30T08:00', '12-03T08:00', 'zhao.min')
    await enter('zhao.min', '11-30T11:00', '11-30T12:00', 'boss')
    expect(onDuty('operators', '11-30T10:59')).toEqual(['zhao.min'])
    expect(onDuty('operators', '11-30T11:30')).toEqual([])
    await enter('li.wei', '11-30T10:00', '11-30T18:00', 'chen.jun')
    expect(onDuty('operators', '11-30T11:30')).toEqual(['chen.jun'])
    expect(onDuty('operators', '11-30T12:30')).toEqual(['zhao.min'])
  })

  it('follows the file at a reload, and whom it no longer has is shown nowhere', async () => {
    await enter('li.wei', '11-30T08:00', '12-03T08:00', 'zhao.min')
    scene.facility = parseFacility(plantText(['li.wei', 'wang.fang', 'chen.jun', 'boss']), 'plant.yaml')
    expect(onDuty('operators', '11-30T10:00')).toEqual([])
    expect(roster.shifts('operators', at('11-30T10:00'), at('11-30T11:00'))).toMatchObject([
      { persons: [], absent: ['li.wei'] },
    ])
    scene.facility = parseFacility(plantText().replace('[ A, B ]', '[ B, B ]'), 'plant.yaml')
    expect(onDuty('operators', '11-30T10:00')).toEqual(['wang.fang'])
  })
})

describe('a hole', () => {
  it('is looked for in the duties that a policy uses, to the moment', async () => {
    const [from, to] = [NOW, NOW + 7 * DAY]
    expect(roster.hole(from, to)).toBeUndefined()
    await enter('wang.fang', '12-02T23:30', '12-04T01:00')
    await enter('chen.jun', '12-03T02:00', '12-03T03:00')
    expect(roster.hole(from, to)).toBe(at('12-02T23:30'))
    expect(roster.hole(at('12-03T00:00'), to)).toBe(at('12-03T00:00'))
    expect(roster.hole(from, at('12-02T23:30'))).toBeUndefined()
    await enter('wang.fang', '12-02T20:00', '12-04T08:00', 'zhao.min')
    expect(roster.hole(from, to)).toBe(at('12-03T02:00'))
  })
})

describe('absences', () => {
  it('outlast a restart, with numbers that are given once', async () => {
    const first = await enter('li.wei', '12-01T08:00', '12-02T08:00', 'zhao.min')
    expect(first).toEqual({
      id: '1',
      person: 'li.wei',
      from: '2026-12-01T08:00:00+08:00',
      to: '2026-12-02T08:00:00+08:00',
      substitute: 'zhao.min',
      reason: 'leave',
      by: 'chief',
    })
    await enter('boss', '11-30T08:00', '12-01T08:00')
    await roster.remove('1', ENGINEER)
    roster = await scene.open()
    expect(roster.absences().map(({ id }) => id)).toEqual(['2'])
    expect((await enter('boss', '12-01T08:00', '12-01T09:00')).id).toBe('3')
    await roster.handOver({ duty: 'operators', text: 'P-101 A is warm', by: 'li.wei' }, OPERATOR)
    roster = await scene.open()
    expect(roster.handovers()).toEqual([
      { time: '2026-11-30T09:00:00+08:00', duty: 'operators', by: 'li.wei', text: 'P-101 A is warm' },
    ])
  })

  it.each([
    ['to before from', absence('li.wei', '12-02T08:00', '12-02T08:00'), 'ABSENCE_INVALID'],
    ['over already', absence('li.wei', '11-29T08:00', '11-30T09:00'), 'ABSENCE_INVALID'],
    [
      'too long',
      { ...absence('li.wei', '11-20T08:00', '12-01T08:00'), to: NOW + 395 * DAY },
      'ABSENCE_INVALID',
    ],
    [
      'too far',
      { ...absence('li.wei', '12-01T08:00', '12-01T08:00'), to: NOW + 401 * DAY },
      'ABSENCE_INVALID',
    ],
    ['their own', absence('li.wei', '12-01T08:00', '12-02T08:00', 'li.wei'), 'ABSENCE_INVALID'],
    ['absent too', absence('li.wei', '12-01T08:00', '12-04T08:00', 'boss'), 'ABSENCE_INVALID'],
    ['nobody', absence('nobody', '12-01T08:00', '12-02T08:00'), 'RESPONDER_UNKNOWN'],
    ['by nobody', absence('li.wei', '12-01T08:00', '12-02T08:00', 'nobody'), 'RESPONDER_UNKNOWN'],
  ])('are refused: %s', async (_why, order, code) => {
    await enter('boss', '12-03T08:00', '12-05T08:00')
    const kept = scene.body
    await expect(roster.enter(order, ENGINEER)).rejects.toMatchObject({ code })
    expect(scene.body).toBe(kept)
    expect(roster.absences()).toHaveLength(1)
  })

  it('of others are for engineers; their own name counts however it is typed', async () => {
    const others = absence('boss', '12-01T08:00', '12-02T08:00')
    await expect(roster.enter(others, OPERATOR)).rejects.toMatchObject({ code: 'ABSENCE_NOT_OWN' })
    await roster.enter(others, ENGINEER)
    await expect(roster.remove('1', OPERATOR)).rejects.toMatchObject({ code: 'ABSENCE_NOT_OWN' })
    const asks = { ...OPERATOR, name: 'Li.Wei' }
    await roster.enter(absence('li.wei', '12-01T08:00', '12-02T08:00'), asks)
    await roster.remove('2', asks)
    expect(roster.absences().map(({ id }) => id)).toEqual(['1'])
    await expect(roster.remove('2', asks)).rejects.toMatchObject({ code: 'ABSENCE_UNKNOWN' })
  })

  it('are in force only when they are kept', async () => {
    scene.isDiskFull = true
    await expect(enter('li.wei', '11-30T08:00', '12-01T08:00')).rejects.toMatchObject({
      code: 'JOURNAL_UNWRITABLE',
    })
    expect(onDuty('operators', '11-30T10:00')).toEqual(['li.wei'])
    expect(scene.told).toEqual([])
    scene.isDiskFull = false
    await enter('li.wei', '11-30T08:00', '12-01T08:00')
    expect(onDuty('operators', '11-30T10:00')).toEqual([])
  })

  it('are forgotten 30 days after their end', async () => {
    await enter('li.wei', '12-01T08:00', '12-02T08:00')
    scene.time.now = at('12-02T08:00') + 30 * DAY - 1
    expect(roster.absences()).toHaveLength(1)
    scene.time.now += 1
    expect(roster.absences()).toEqual([])
    const later = { ...absence('boss', '12-01T08:00', '12-01T08:00'), from: scene.time.now }
    await roster.enter({ ...later, to: scene.time.now + DAY }, ENGINEER)
    expect(JSON.parse(scene.body ?? '').absences).toMatchObject([{ id: '2' }])
  })

  it('are no more than so many, and those that were forgotten make room', async () => {
    const [from, to] = [NOW, NOW + DAY]
    const absences = Array.from({ length: MAX_ABSENCES }, (_, index) => ({
      id: String(index + 1),
      person: 'boss',
      from,
      to,
      substitute: null,
      reason: '',
      by: 'chief',
    }))
    scene.body = JSON.stringify({ next: MAX_ABSENCES + 1, absences, handovers: [] })
    roster = await scene.open()
    const order = absence('li.wei', '12-30T08:00', '12-31T20:00')
    await expect(roster.enter(order, ENGINEER)).rejects.toMatchObject({ code: 'ROSTER_FULL' })
    scene.time.now = to + 30 * DAY
    await roster.enter({ ...order, to: scene.time.now + DAY }, ENGINEER)
    expect(roster.absences().map(({ person }) => person)).toEqual(['li.wei'])
  })

  it('that are entered at once are all there', async () => {
    const people = ['li.wei', 'wang.fang', 'zhao.min', 'boss']
    await Promise.all(people.map((person) => enter(person, '12-01T08:00', '12-02T08:00')))
    expect(JSON.parse(scene.body ?? '').absences.map(({ id }: { id: string }) => id)).toEqual([
      '1',
      '2',
      '3',
      '4',
    ])
    const both = [
      enter('boss', '12-05T08:00', '12-06T08:00'),
      enter('li.wei', '12-05T08:00', '12-06T08:00', 'boss'),
    ]
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it.each(['{ "next": 1, "abs', '[]', '{"next":1,"absences":[{"id":"1"}],"handovers":[]}', 'null'])(
    'that are damaged are told, and the plan of the file goes on alone: %s',
    async (body) => {
      scene.body = body
      roster = await scene.open()
      expect(scene.logged).toMatchObject([{ facility: 'plant', code: 'ROSTER_DAMAGED' }])
      expect(onDuty('operators', '11-30T10:00')).toEqual(['li.wei'])
      await enter('li.wei', '11-30T08:00', '12-01T08:00')
      expect((await scene.open()).absences()).toHaveLength(1)
    },
  )
})

describe('hand-over notes', () => {
  it('come newest first, for one duty or all, and the newest 200 are kept', async () => {
    for (let index = 0; index < 201; index += 1) {
      scene.time.now += 1_000
      const duty = index % 2 === 0 ? 'operators' : 'engineers'
      await roster.handOver({ duty, text: `note ${index}`, by: 'li.wei' }, OPERATOR)
    }
    const texts = (duty?: string) => roster.handovers(duty).map(({ text }) => text)
    expect(texts()).toHaveLength(200)
    expect(texts()[0]).toBe('note 200')
    expect(texts().at(-1)).toBe('note 1')
    expect(texts('engineers').slice(0, 2)).toEqual(['note 199', 'note 197'])
    expect(roster.duties(NOW)[0]?.handover?.text).toBe('note 200')
    expect(roster.duties(NOW)[2]?.handover).toBeNull()
  })

  it('are for a duty that there is', async () => {
    const note = { duty: 'nonsense', text: 'x', by: 'li.wei' }
    await expect(roster.handOver(note, OPERATOR)).rejects.toMatchObject({ code: 'DUTY_UNKNOWN' })
    expect(() => roster.handovers('nonsense')).toThrow(expect.objectContaining({ code: 'DUTY_UNKNOWN' }))
    expect(() => roster.shifts('nonsense', 0, 1)).toThrow(expect.objectContaining({ code: 'DUTY_UNKNOWN' }))
  })
})

describe('the audit record', () => {
  it('tells of every change: by whom, from where, of whom and what', async () => {
    await roster.enter({ ...absence('li.wei', '12-01T08:00', '12-02T08:00', 'boss'), by: 'li.wei' }, OPERATOR)
    await roster.remove('1', ENGINEER)
    await roster.handOver({ duty: 'operators', text: 'P-101 A is warm', by: 'li.wei' }, OPERATOR)
    const detail = 'plant: 2026-12-01T08:00:00+08:00 to 2026-12-02T08:00:00+08:00, substitute boss: leave'
    expect(scene.told).toEqual([
      { kind: 'absence-entered', by: 'li.wei', address: '10.0.0.6', subject: 'li.wei', detail },
      { kind: 'absence-removed', by: 'chief', address: '10.0.0.5', subject: 'li.wei', detail },
      {
        kind: 'handover',
        by: 'li.wei',
        address: '10.0.0.6',
        subject: 'operators',
        detail: 'plant: P-101 A is warm',
      },
    ])
  })

  it('is none where nobody signs in', async () => {
    roster = await scene.open({ people: undefined })
    await enter('li.wei', '12-01T08:00', '12-02T08:00')
    expect(roster.absences()).toHaveLength(1)
    expect(scene.told).toEqual([])
  })
})

describe('the view', () => {
  it('says who has a duty now, who is next, and when nobody has it', async () => {
    await enter('wang.fang', '12-01T02:00', '12-01T04:00')
    expect(roster.duties(NOW)[0]).toEqual({
      facility: 'plant',
      duty: 'operators',
      name: 'Control room',
      now: {
        from: '2026-11-30T08:00:00+08:00',
        to: '2026-11-30T20:00:00+08:00',
        team: 'A',
        persons: [{ id: 'li.wei', name: 'LI.WEI', substituteFor: null, reachable: true }],
        absent: [],
      },
      next: {
        from: '2026-11-30T20:00:00+08:00',
        to: '2026-12-01T02:00:00+08:00',
        team: 'B',
        persons: [{ id: 'wang.fang', name: 'WANG.FANG', substituteFor: null, reachable: true }],
        absent: [],
      },
      hole: '2026-12-01T02:00:00+08:00',
      handover: null,
    })
  })

  it('of a duty without shifts goes as far as it looks, and nothing comes next', () => {
    expect(roster.duties(NOW)[2]).toMatchObject({
      now: {
        from: '2026-10-30T09:00:00+08:00',
        to: '2026-12-31T09:00:00+08:00',
        team: null,
        persons: [
          { id: 'boss', reachable: false },
          { id: 'chen.jun', reachable: true },
        ],
      },
      next: null,
      hole: null,
    })
  })

  it('goes from change to change: neighbours that are the same are one', async () => {
    await enter('chen.jun', '12-01T10:00', '12-01T12:00', 'zhao.min')
    await enter('chen.jun', '12-01T11:00', '12-01T13:00')
    const told = roster
      .shifts('engineers', at('12-01T00:00'), at('12-02T00:00'))
      .map(({ from, persons, absent }) => [
        from.slice(11, 16),
        ...persons.map(({ id, substituteFor }) => `${id}<${substituteFor}`),
        ...absent.map((id) => `-${id}`),
      ])
    expect(told).toEqual([
      ['00:00', 'chen.jun<null'],
      ['10:00', 'zhao.min<chen.jun'],
      ['12:00', '-chen.jun'],
      ['13:00', 'chen.jun<null'],
    ])
  })
})
