import type { FakeNotify } from './fake-notify.ts'
import { noticeOf } from './fake-notify.ts'
import { FACILITY, iso } from './fake-plant.ts'
import type { FakePerson } from './fake-roster.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const person = (id: string, name: string, isUnreachable = false): FakePerson => ({ id, name, isUnreachable })
const LI = person('li.wei', 'Li Wei')
const CHEN = person('chen.yu', 'Chen Yu')
const WANG = person('wang.fang', 'Wang Fang')
const ZHAO = person('zhao.min', 'Zhao Min', true)
const SUN = person('sun.jie', 'Sun Jie')

/** A plant whose people are told: three duties, one with a hole, two channels of which one fails. */
export function peopled(notify: FakeNotify, now: number): void {
  const teams = { A: [LI, CHEN], B: [WANG, ZHAO], C: [SUN] }
  notify.duties.push(
    { id: 'operator', name: 'Control room operator', cycle: ['A', 'B', 'C'], teams, always: [] },
    { id: 'supervisor', name: 'Shift supervisor', cycle: ['A', null], teams: { A: [WANG] }, always: [] },
    { id: 'manager', name: 'Plant manager', cycle: [], teams: {}, always: [ZHAO] },
  )
  notify.absences.push(
    {
      id: 'leave',
      person: LI.id,
      from: iso(now - HOUR),
      to: iso(now + 3 * DAY),
      substitute: SUN.id,
      reason: 'Leave',
      by: LI.id,
    },
    {
      id: 'training',
      person: WANG.id,
      from: iso(now - HOUR),
      to: iso(now + 2 * DAY),
      substitute: null,
      reason: 'Fire training',
      by: 'chief',
    },
  )
  notify.handovers.push(
    {
      time: iso(now - 2 * HOUR),
      duty: 'operator',
      by: 'wang.fang',
      text: 'GT-103 drifts, calibration is ordered for Tuesday.\nPump P-2 stands; XV-101 is closed by hand.',
    },
    { time: iso(now - 14 * HOUR), duty: 'operator', by: 'sun.jie', text: 'Quiet. Nothing stands.' },
  )
  notify.channels.push(
    {
      facility: FACILITY,
      id: 'mail',
      kind: 'email',
      target: 'mail.plant.example',
      state: 'working',
      since: iso(now - 5 * HOUR),
      lastSent: iso(now - 240_000),
      error: null,
      waiting: 0,
    },
    {
      facility: FACILITY,
      id: 'duty-room',
      kind: 'webhook',
      target: 'chat.plant.example',
      state: 'failing',
      since: iso(now - 600_000),
      lastSent: iso(now - DAY),
      error: 'CHANNEL_CERTIFICATE: the certificate ended on 2026-11-28',
      waiting: 3,
    },
    {
      facility: FACILITY,
      id: 'backup',
      kind: 'webhook',
      target: 'sms.plant.example',
      state: 'unknown',
      since: null,
      lastSent: null,
      error: null,
      waiting: 0,
    },
  )
  notify.path = {
    legs: [
      { leg: 'evaluated', count: 193_420, p50: 4, p95: 18, max: 212 },
      { leg: 'journalled', count: 214, p50: 2, p95: 6, max: 41 },
      { leg: 'sent', count: 96, p50: 850, p95: 3_400, max: 61_000 },
      { leg: 'acknowledged', count: 71, p50: 96_000, p95: 540_000, max: 4_200_000 },
    ],
    watchdog: {
      facility: FACILITY,
      sensor: 'WATCHDOG-1',
      every: 300_000,
      last: iso(now - 120_000),
      isLate: false,
    },
  }
}

/** What was told of one occurrence of GT-102.HH: two steps, a failure that took another way, an answer. */
export function toldOfLeak(notify: FakeNotify, now: number, occurrence: string): void {
  const leak = (id: string, ago: number, more: object = {}) =>
    noticeOf(id, now - ago, { occurrence, ...more })
  notify.notices.push(
    leak('n6', 60_000, { step: 2, cause: 'escalated', to: 'Wang Fang', duties: ['supervisor'] }),
    leak('n5', 60_000, {
      step: 2,
      cause: 'escalated',
      to: null,
      channel: 'duty-room',
      duties: ['supervisor'],
      state: 'failed',
      attempts: 5,
      error: 'CHANNEL_CERTIFICATE: the certificate ended on 2026-11-28',
    }),
    leak('n4', 240_000, {
      answered: { by: 'chen.yu', time: iso(now - 30_000) },
      to: 'Chen Yu',
    }),
    leak('n3', 240_000, {
      to: 'Zhao Min',
      state: 'failed',
      error: 'RECEIVER_UNREACHED: Zhao Min has no e-mail address',
    }),
    noticeOf('n2', now - DAY, { occurrence: 'before', cause: 'returned', step: 0 }),
    noticeOf('n1', now - DAY - 60_000, { occurrence: 'before', attempts: 3 }),
    noticeOf('n0', now - 2 * DAY, {
      alarm: 'LT-201.H',
      occurrence: 'o0',
      priority: 'medium',
      lifeSafety: false,
      state: 'dropped',
      why: 'muted: LT-201 is under test',
    }),
  )
}
