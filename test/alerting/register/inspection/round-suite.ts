import { expect, it } from 'vitest'
import { SAMPLES } from '../attachment/sample-files.ts'
import type { RegisterSuite } from '../store/suites.ts'
import { actor, HOUR, InspectionScene, MINUTE, PLANT } from './inspection-scene.ts'

const coded = (code: string) => expect.objectContaining({ code })
const li = actor()
const chief = actor('chief', 'engineer')
const photo = (name = 'valve.png') => ({
  name,
  content: SAMPLES[name]?.content.toString('base64') ?? '',
})

export const roundSuite: RegisterSuite = {
  name: 'rounds of inspections',
  run(open) {
    const opened = () => InspectionScene.open(open)

    it('are answered item by item, and a finding becomes a hazard', async () => {
      await using scene = await opened()
      const { desk } = scene
      const round = await desk.start('plant', { plan: 'patrol' }, li)
      expect(round).toMatchObject({
        number: 1,
        state: 'running',
        version: 1,
        kind: 'patrol',
        areas: ['north'],
        started: '2026-11-29T08:00:00+08:00',
        due: '2026-11-29T09:00:00+08:00',
        items: 2,
        answered: 0,
      })
      scene.time.now += 5 * MINUTE
      const finding = scene.answer('leaks', { result: 'finding', note: 'Drips at flange 3' })
      expect(await desk.answer(1, [finding], li)).toMatchObject({ answered: 1, findings: 1, version: 2 })
      expect(await scene.hazards()).toMatchObject([
        {
          source: 'inspection',
          rule: 'patrol',
          area: 'north',
          title: 'Hourly patrol: No leaks',
          description: 'Drips at flange 3',
          grade: 'general',
          found: scene.time.now,
        },
      ])
      await desk.attach(1, { ...photo(), item: 'fence' }, li)
      const { version, checklist, attachments } = await desk.answer(1, [scene.answer('fence')], li)
      expect(checklist).toMatchObject([
        { id: 'leaks', answer: { result: 'finding', by: 'li', hazard: 1 }, photos: [] },
        { id: 'fence', guidance: 'Walk round it', answer: { result: 'ok', hazard: null }, photos: [1] },
      ])
      expect(attachments).toMatchObject([{ id: 1, type: 'image/png', by: 'li' }])
      const finished = await desk.finish(1, version, li)
      expect(finished).toMatchObject({ state: 'finished', endedBy: 'li', isLate: false, findings: 1 })
      expect(finished.history.map(({ event, from, to }) => [event, from, to])).toEqual([
        ['started', null, 'running'],
        ['answered', 'running', 'running'],
        ['attachment', 'running', 'running'],
        ['answered', 'running', 'running'],
        ['finished', 'running', 'finished'],
      ])
      expect(scene.journal).toContain('hazard 1 found by li')
      expect(scene.journal).toHaveLength(6)
    })

    it('may be sent twice by a phone that has heard no answer', async () => {
      await using scene = await opened()
      const { desk } = scene
      const begin = { plan: 'patrol', id: 'phone-round-1' }
      const first = await desk.start('plant', begin, li)
      expect(await desk.start('plant', begin, li)).toEqual(first)
      await expect(desk.start('plant', { ...begin, plan: 'yard' }, chief)).rejects.toEqual(
        coded('REQUEST_INVALID'),
      )
      const finding = scene.answer('leaks', { result: 'finding', note: 'Drips' })
      const answered = await desk.answer(1, [finding], li)
      expect(await desk.answer(1, [finding], li)).toEqual(answered)
      const worse = await desk.answer(1, [{ ...finding, note: 'Pours' }], li)
      expect(worse.checklist[0]?.answer).toMatchObject({ note: 'Pours', hazard: 1 })
      const given = { ...photo(), item: 'fence', id: 'phone-photo-1' }
      const kept = await desk.attach(1, given, li)
      expect(await desk.attach(1, given, li)).toEqual(kept)
      expect(await scene.hazards()).toHaveLength(1)
      expect((await desk.detail(1, li)).attachments).toHaveLength(1)
    })

    it('sent twice at the same time open one hazard', async () => {
      await using scene = await opened()
      const { desk } = scene
      await desk.start('plant', { plan: 'patrol' }, li)
      const finding = scene.answer('leaks', { result: 'finding', note: 'Drips' })
      await Promise.all([1, 2, 3].map(() => desk.answer(1, [finding], li)))
      expect(await scene.hazards()).toHaveLength(1)
    })

    it('are one at a time of a plan, also when two start at once', async () => {
      await using scene = await opened()
      const started = await Promise.allSettled(
        [1, 2].map(() => scene.desk.start('plant', { plan: 'patrol' }, li)),
      )
      const states = started.map(({ status }) => status).sort()
      expect(states).toEqual(['fulfilled', 'rejected'])
      const refused = started.find(({ status }) => status === 'rejected') as PromiseRejectedResult
      expect(refused.reason).toMatchObject({
        code: 'ROUND_RUNNING',
        detail: 'round 1 of "patrol" is running',
      })
      await expect(scene.desk.start('plant', { plan: 'yard' }, chief)).resolves.toMatchObject({
        plan: 'yard',
      })
    })

    it('are finished with all they need, and by who looks at what there is', async () => {
      await using scene = await opened()
      const { desk } = scene
      await desk.start('plant', { plan: 'patrol' }, li)
      const both = [scene.answer('leaks'), scene.answer('fence')]
      await expect(desk.finish(1, 1, li)).rejects.toMatchObject({
        code: 'ROUND_INCOMPLETE',
        detail: 'round 1: leaks is not answered, fence is not answered',
      })
      await desk.answer(1, both, li)
      await expect(desk.finish(1, 2, li)).rejects.toMatchObject({ detail: 'round 1: fence has no photo' })
      // A document shows nothing.
      await desk.attach(1, { ...photo('permit.pdf'), item: 'fence' }, li)
      await expect(desk.finish(1, 3, li)).rejects.toEqual(coded('ROUND_INCOMPLETE'))
      await desk.attach(1, { ...photo(), item: 'fence' }, li)
      await expect(desk.finish(1, 3, li)).rejects.toEqual(coded('ROUND_CHANGED'))
      await expect(desk.abandon(1, { version: 3, reason: 'rain' }, li)).rejects.toEqual(
        coded('ROUND_CHANGED'),
      )
      await desk.finish(1, 4, li)
      for (const late of [
        () => desk.answer(1, both, li),
        () => desk.finish(1, 5, li),
        () => desk.abandon(1, { version: 5, reason: 'rain' }, li),
        () => desk.attach(1, photo(), li),
      ])
        await expect(late()).rejects.toEqual(coded('ROUND_ENDED'))
    })

    it('that are refused change nothing', async () => {
      await using scene = await opened()
      const { desk } = scene
      await desk.start('plant', { plan: 'patrol' }, li)
      const finding = scene.answer('leaks', { result: 'finding', note: 'Drips' })
      const before = await desk.detail(1, li)
      await expect(desk.answer(1, [finding, scene.answer('roof')], li)).rejects.toEqual(
        coded('ROUND_ITEM_UNKNOWN'),
      )
      await expect(desk.answer(1, [{ ...finding, time: 'noon' }], li)).rejects.toEqual(
        coded('REQUEST_INVALID'),
      )
      await expect(desk.attach(1, { ...photo(), item: 'roof' }, li)).rejects.toEqual(
        coded('ROUND_ITEM_UNKNOWN'),
      )
      expect(await desk.detail(1, li)).toEqual(before)
      expect(await scene.hazards()).toEqual([])
    })

    it('are for those whose work they are, and for engineers', async () => {
      await using scene = await opened()
      const { desk } = scene
      const start = (plan: string, by: string, role: 'operator' | 'engineer') =>
        desk.start('plant', { plan }, actor(by, role))
      await expect(start('patrol', 'wang', 'operator')).rejects.toMatchObject({
        code: 'INSPECTION_NOT_YOURS',
        detail: 'the rounds of "patrol" are for li, not for wang',
      })
      await expect(start('weekly', 'li', 'operator')).rejects.toMatchObject({ code: 'INSPECTION_NOT_YOURS' })
      await expect(start('yard', 'chen', 'operator')).rejects.toMatchObject({
        detail: 'the rounds of "yard" are for role engineer, not for chen',
      })
      await start('weekly', 'chen', 'operator')
      await start('patrol', 'chief', 'engineer')
      await expect(desk.answer(1, [scene.answer('rules')], li)).rejects.toEqual(coded('INSPECTION_NOT_YOURS'))
      await desk.answer(2, [scene.answer('leaks')], li)
    })

    it('stay as they were started when the file changes, and end when their plan has gone', async () => {
      await using scene = await opened()
      const { desk } = scene
      await desk.start('plant', { plan: 'yard' }, chief)
      scene.load(PLANT.replace('id: yard', 'id: court').replace('id: s, text: South', 'id: west, text: West'))
      const finding = scene.answer('s', { result: 'finding', note: 'Rust' })
      const { version } = await desk.answer(1, [finding, scene.answer('n')], chief)
      await desk.finish(1, version, chief)
      expect(await scene.hazards()).toMatchObject([{ area: 'south', title: 'yard: South' }])
      await expect(desk.start('plant', { plan: 'yard' }, chief)).rejects.toEqual(coded('INSPECTION_UNKNOWN'))
    })

    it('are listed newest first, page by page, of those facilities and plans', async () => {
      await using scene = await opened()
      const { desk } = scene
      for (let n = 0; n < 3; n += 1) await scene.round('patrol', li)
      await scene.round('yard', chief)
      await desk.start('plant', { plan: 'patrol' }, li)
      const numbers = async (query: object) => {
        const { items, next } = await desk.list({ limit: 50, ...query })
        return [items.map(({ number }) => number), next]
      }
      expect(await numbers({})).toEqual([[5, 4, 3, 2, 1], undefined])
      expect(await numbers({ limit: 2 })).toEqual([[5, 4], '4'])
      expect(await numbers({ limit: 3, before: 4 })).toEqual([[3, 2, 1], undefined])
      expect(await numbers({ plan: 'yard', facilities: ['plant'] })).toEqual([[4], undefined])
      expect(await numbers({ state: 'running' })).toEqual([[5], undefined])
      expect(await numbers({ facilities: ['other'] })).toEqual([[], undefined])
      expect(await numbers({ facilities: [] })).toEqual([[], undefined])
    })

    it('of a facility that is evaluated elsewhere are read, and not changed', async () => {
      await using scene = await opened()
      const { desk } = scene
      await desk.start('plant', { plan: 'patrol' }, li)
      scene.places.clear()
      expect(await desk.detail(1, li)).toMatchObject({ number: 1 })
      await expect(desk.answer(1, [scene.answer('leaks')], li)).rejects.toEqual(coded('FACILITY_UNKNOWN'))
      await expect(desk.start('plant', { plan: 'patrol' }, li)).rejects.toEqual(coded('FACILITY_UNKNOWN'))
      const stranger = actor('li', 'admin', ['other'])
      for (const asked of [
        () => desk.detail(1, stranger),
        () => desk.file(1, 1, stranger),
        () => desk.finish(1, 1, stranger),
      ])
        await expect(asked()).rejects.toEqual(coded('OUT_OF_SCOPE'))
      await expect(desk.detail(2, li)).rejects.toEqual(coded('ROUND_UNKNOWN'))
    })

    it('that are late say so, and one that was given up counts as none', async () => {
      await using scene = await opened()
      const { desk } = scene
      await scene.round('patrol', li)
      scene.time.now += HOUR + 6 * MINUTE
      const { number } = await desk.start('plant', { plan: 'patrol' }, li)
      expect(await desk.abandon(number, { version: 1, reason: 'thunderstorm' }, li)).toMatchObject({
        state: 'abandoned',
        reason: 'thunderstorm',
        isLate: false,
      })
      scene.time.now += 1
      const late = await scene.round('patrol', li)
      expect(await desk.detail(late, li)).toMatchObject({ isLate: true, due: '2026-11-29T09:00:00+08:00' })
    })
  },
}
