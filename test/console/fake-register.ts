import type { FakeHazards } from './fake-hazards.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A picture of one pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A register as a plant has it: something at every status, one major and supervised, one overdue, one closed. */
export function registered(register: FakeHazards, now: number): void {
  const risk = (likelihood: number, consequence: number, colour: 'blue' | 'yellow' | 'orange' | 'red') => ({
    method: 'LS' as const,
    likelihood,
    exposure: null,
    consequence,
    score: likelihood * consequence,
    colour,
  })
  const given = {
    measures: 'Replace the seal and test the valve.',
    funds: 12_000,
    contingency: 'Close XV-101.',
  }
  const signed = (by: string, days: number) => ({ by, time: now - days * DAY })
  register.add({
    title: 'Fire extinguisher missing at the loading bay',
    area: 'tank-farm',
    source: 'inspection',
    status: 'closed',
    risk: risk(2, 3, 'yellow'),
    ...given,
    responsible: 'Chen Yu',
    deadline: now - 20 * DAY,
    found: now - 40 * DAY,
    evidence: 'A new one hangs there.',
    rectified: signed('Chen Yu', 30),
    verified: signed('Sun Jie', 29),
    closed: signed('Zhao Min', 28),
  })
  register.add({
    title: 'Gas detector GT-103 out of service for longer than 24 hours',
    area: 'tank-farm',
    source: 'out-of-service',
    rule: 'detector-out',
    sensor: 'GT-103',
    alarm: 'GT-103.H',
    foundBy: 'detector-out',
    status: 'rectifying',
    risk: risk(4, 4, 'orange'),
    ...given,
    responsible: 'Chen Yu',
    deadline: now - 2 * DAY - 5 * HOUR,
    found: now - 12 * DAY,
  })
  register.add({
    title: 'No independent shut-off on the chlorine line',
    area: 'chlorine-shed',
    source: 'inspection',
    status: 'assigned',
    grade: 'major',
    majorBy: 'red-risk',
    needsShutdown: true,
    risk: risk(5, 4, 'red'),
    ...given,
    funds: 480_000,
    responsible: 'Zhao Min',
    leader: 'Plant manager Wu',
    plan: {
      text: 'Drain the line.\nFit XV-210 and its actuator.\nTest under nitrogen.',
      by: 'Zhao Min',
      approved: null,
    },
    supervised: { authority: 'Heze emergency bureau', by: 'admin', since: now - 3 * DAY },
    deadline: now + 40 * DAY,
    found: now - 9 * DAY,
  })
  register.add({
    title: 'Methane at the pump bay rises again and again',
    area: 'tank-farm',
    source: 'repeated-alarm',
    rule: 'again',
    sensor: 'GT-102',
    alarm: 'GT-102.H',
    foundBy: 'again',
    status: 'rectified',
    risk: risk(3, 3, 'yellow'),
    ...given,
    responsible: 'Chen Yu',
    deadline: now + 2 * DAY,
    found: now - 5 * DAY,
    evidence: 'The seal of P-102 is new; 0 %LEL for two hours.',
    rectified: signed('Chen Yu', 0.1),
    occurrences: 14,
  })
  register.occurrences.set(
    4,
    Array.from({ length: 6 }, (_, index) => ({
      alarm: 'GT-102.H',
      occurrence: `GT-102.H#${14 - index}`,
      time: new Date(now - 5 * DAY - index * HOUR + 8 * HOUR).toISOString().replace('Z', '+08:00'),
    })),
  )
  register.add({
    title: 'Trip hazard: grating loose at stair 3',
    area: 'tank-farm',
    status: 'registered',
    found: now - 3 * DAY,
  })
  register.add({
    title: 'Labels of the sampling points are worn off',
    kind: 'management',
    status: 'assessed',
    risk: risk(1, 2, 'blue'),
    found: now - 2 * DAY,
  })
  register.add({
    title: 'Smoking beside the chlorine shed',
    kind: 'behaviour',
    area: 'chlorine-shed',
    source: 'public-report',
    foundBy: 'public report 12',
    found: now - 5 * HOUR,
  })
  register.add({
    title: 'Drain cover missing',
    area: 'tank-farm',
    status: 'verified',
    risk: risk(2, 2, 'yellow'),
    ...given,
    responsible: 'Sun Jie',
    deadline: now + 9 * DAY,
    evidence: 'Cover is back.',
    rectified: signed('Sun Jie', 0.3),
    verified: signed('Chen Yu', 0.1),
    found: now - 4 * DAY,
  })
  const view = {
    name: 'before.png',
    type: 'image/png',
    size: PNG.length,
    sha256: '0'.repeat(64),
    by: 'Chen Yu',
    time: new Date(now - 2 * DAY + 8 * HOUR).toISOString().replace('Z', '+08:00'),
  }
  register.files.set(1, { number: 4, body: PNG, view: { id: 1, ...view } })
}
