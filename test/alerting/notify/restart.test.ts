import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { NotifyScene, toldFacility } from './notify-scene.ts'

const STEPS = `
    - id: all
      steps:
        - { to: [operators], by: [mail, chat] }
        - { after: 2m, to: [oncall], by: [mail] }`

let scene: NotifyScene

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-29T00:00:00Z') })
})
afterEach(async () => {
  await scene.close()
  vi.useRealTimers()
})

const idsOf = ({ sender }: NotifyScene) => sender.sent.flatMap(({ facts }) => facts.map(({ id }) => id))

describe('a start', () => {
  test('after a kill sends what was under way again, under the same ids, and nothing else', async () => {
    scene = await NotifyScene.open(toldFacility(STEPS))
    scene.sender.faults.set('mail', 'hang')
    await scene.read('T-1', 25)
    await scene.pass(100)
    const underWay = scene.sender.tried.filter(({ channel }) => channel === 'mail').map(({ id }) => id)
    expect(scene.sender.letters).toEqual(['raised chat group'])
    scene = await scene.kill()
    await scene.pass(100)
    expect(idsOf(scene).toSorted()).toEqual(underWay.toSorted())
    expect(scene.sender.letters.toSorted()).toEqual(['raised mail li', 'raised mail wang'])
  })

  test('without anything new sends nothing', async () => {
    scene = await NotifyScene.open(toldFacility(STEPS))
    await scene.read('T-1', 25)
    await scene.pass(2_000)
    expect(scene.sender.letters).toHaveLength(3)
    scene = await scene.kill()
    await scene.pass(60_000)
    expect(scene.sender.letters).toEqual([])
  })

  test('goes on with the escalation at its time, one that was missed at once', async () => {
    scene = await NotifyScene.open(toldFacility(STEPS))
    await scene.read('T-1', 25)
    await scene.pass(100_000)
    scene = await scene.kill()
    await scene.pass(10_000)
    expect(scene.sender.letters).toEqual([])
    await scene.pass(10_500)
    expect(scene.sender.letters).toEqual(['escalated mail chen'])

    await scene.read('T-2', 25)
    await scene.pass(100)
    const next = scene.kill()
    vi.setSystemTime(Date.now() + 600_000)
    scene = await next
    await scene.pass(1_000)
    expect(scene.sender.letters).toEqual(['escalated mail chen'])
  })

  test('tells of what was journalled and nobody was told of', async () => {
    scene = await NotifyScene.open(toldFacility(STEPS), { isQuiet: true })
    await scene.read('T-1', 25)
    await scene.read('T-2', 25)
    await scene.act('acknowledge', 'T-2.H')
    scene = await scene.kill()
    await scene.pass(100)
    // Of T-2 somebody knows already.
    expect(scene.sender.sent.map(({ facts }) => facts[0]?.alarm.id)).toEqual(['T-1.H', 'T-1.H', 'T-1.H'])
  })

  test('of a release without notices tells of what stands unacknowledged', async () => {
    const quiet = toldFacility('')
    scene = await NotifyScene.open(quiet)
    await scene.read('T-1', 25)
    await scene.read('T-2', 25)
    await scene.act('acknowledge', 'T-2.H')
    await scene.pass(1_000)
    scene.facility = toldFacility(STEPS)
    scene = await scene.kill()
    await scene.pass(100)
    expect(scene.sender.letters).toHaveLength(3)
  })
})

describe('whatever happens', () => {
  type Event =
    | { kind: 'read'; sensor: 'T-1' | 'T-2' | 'T-3'; value: number }
    | { kind: 'acknowledge' | 'shelve' | 'unshelve'; alarm: 'T-1.H' | 'T-2.H' | 'T-3.H' }
    | { kind: 'pass'; ms: number }
    | {
        kind: 'fault'
        channel: 'mail' | 'chat'
        code: 'CHANNEL_FAILED' | 'CHANNEL_REFUSED' | 'hang' | undefined
      }
    | { kind: 'kill' }

  const event: fc.Arbitrary<Event> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('read' as const),
        sensor: fc.constantFrom('T-1', 'T-2', 'T-3'),
        value: fc.constantFrom(1, 25),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('acknowledge' as const, 'shelve' as const, 'unshelve' as const),
        alarm: fc.constantFrom('T-1.H' as const, 'T-2.H' as const, 'T-3.H' as const),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        ms: fc.constantFrom(10, 300, 2_000, 130_000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('fault' as const),
        channel: fc.constantFrom('mail' as const, 'chat' as const),
        code: fc.constantFrom(
          'CHANNEL_FAILED' as const,
          'CHANNEL_REFUSED' as const,
          'hang' as const,
          undefined,
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
  )

  test('what stands unacknowledged is told by whatever works, and nothing is sent twice by one run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
        vi.clearAllTimers()
        scene = await NotifyScene.open(toldFacility(STEPS))
        const everSent = new Map<string, string>()
        const told = (by: NotifyScene) => {
          const ids = idsOf(by)
          expect(new Set(ids).size).toBe(ids.length)
          for (const { channel, to, facts } of by.sender.sent)
            for (const { id, alarm, cause, step } of facts) {
              const what = JSON.stringify([
                channel,
                channel === 'mail' ? to.map((person) => person.id) : [],
                alarm.id,
                alarm.occurrence,
                cause,
                step,
              ])
              // The same thing never has two names, unless it was set aside in between.
              if (!events.some(({ kind }) => kind === 'unshelve')) expect(everSent.get(what) ?? id).toBe(id)
              everSent.set(what, id)
            }
        }
        for (const one of events) {
          if (one.kind === 'read') await scene.read(one.sensor, one.value)
          else if (one.kind === 'pass') await scene.pass(one.ms)
          else if (one.kind === 'fault') {
            if (one.code === undefined) scene.sender.faults.delete(one.channel)
            else scene.sender.faults.set(one.channel, one.code)
          } else if (one.kind === 'kill') {
            told(scene)
            scene = await scene.kill()
          } else await scene.act(one.kind, one.alarm).catch(() => undefined)
        }
        // Everything works from now on; what hung is given up after its timeout.
        scene.sender.faults.clear()
        await scene.pass(200_000)
        told(scene)
        const notices = await scene.notices()
        expect(notices.filter(({ state }) => state === 'waiting')).toEqual([])
        for (const view of scene.alarms.views()) {
          if (view.state !== 'UNACK' || view.id.endsWith('FAULT')) continue
          const about = notices.filter(
            ({ occurrence, state }) => occurrence === view.occurrence && state === 'sent',
          )
          const refused = notices.filter(
            ({ occurrence, state }) => occurrence === view.occurrence && state === 'failed',
          )
          expect(about.length + refused.length, view.id).toBeGreaterThan(0)
          if (refused.length === 0)
            expect(
              about.map(({ to }) => to),
              view.id,
            ).toContain('li')
        }
        await scene.close()
        await scene.states.close()
      }),
      { numRuns: 25 },
    )
    scene = await NotifyScene.open(toldFacility(STEPS))
  })
})
