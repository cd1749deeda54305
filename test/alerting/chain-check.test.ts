import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatHead,
  linkHash,
  linkText,
  parseHead,
  ROOT,
  SEGMENT_ENTRIES,
  type Segment,
} from '../../alerting/journal/chain.ts'
import { ChainCheck, type ChainCheckOptions, type FoundLink } from '../../alerting/journal/chain-check.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'

type Entry = NonNullable<FoundLink['entry']>

const entries = fc.array(
  fc.record({
    facility: fc.constant<string>('plant'),
    key: fc.string({ maxLength: 12 }),
    time: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    sensor: fc.constantFrom<string[]>('GT-1', 'GT-2'),
    alarm: fc.constantFrom<string[]>('GT-1.H', 'GT-2.H'),
    body: fc.json({ maxDepth: 2 }),
  }),
  { minLength: 1, maxLength: 12 },
)
const seqSteps = fc.integer({ min: 1, max: 3 })

/** As the writer makes it; `size` entries in a segment. */
function chained(
  list: readonly Entry[],
  size: number,
  step = 1,
): { links: FoundLink[]; segments: Segment[] } {
  const segments: Segment[] = []
  let previous = ROOT
  let before = ROOT
  const links = list.map((entry, index) => {
    const [n, seq] = [index + 1, (index + 1) * step]
    previous = linkHash(previous, { ...entry, n, seq })
    if (n % size === 0) {
      const [first, last] = [n - size + 1, n]
      segments.push({
        first,
        last,
        previous: before,
        head: previous,
        sealed: 0,
        dropped: null,
        signature: null,
      })
      before = previous
    }
    return { n, seq, hash: previous, entry }
  })
  return { links, segments }
}

function checked(links: readonly FoundLink[], over: Partial<ChainCheckOptions> = {}) {
  const check = new ChainCheck({ facility: 'plant', segments: [], ...over })
  for (const link of links) check.take(link)
  return check.report()
}

/** Everything that somebody can do to entry `at`, all of which changes something. */
const HANDS: Readonly<Record<string, (links: FoundLink[], at: number) => FoundLink[]>> = {
  body: (links, at) => changed(links, at, (entry) => ({ ...entry, body: `${entry.body} ` })),
  key: (links, at) => changed(links, at, (entry) => ({ ...entry, key: `${entry.key}#` })),
  time: (links, at) => changed(links, at, (entry) => ({ ...entry, time: entry.time + 1 })),
  sensor: (links, at) => changed(links, at, (entry) => ({ ...entry, sensor: 'GT-3' })),
  alarm: (links, at) => changed(links, at, (entry) => ({ ...entry, alarm: 'GT-3.H' })),
  facility: (links, at) => changed(links, at, (entry) => ({ ...entry, facility: 'other' })),
  'moved from a column to the next': (links, at) =>
    changed(links, at, (entry) => ({ ...entry, sensor: `${entry.sensor}G`, alarm: entry.alarm.slice(1) })),
  seq: (links, at) => links.map((link, index) => (index === at ? { ...link, seq: link.seq + 1 } : link)),
  hash: (links, at) =>
    links.map((link, index) => (index === at ? { ...link, hash: link.hash.replace(/./, swapDigit) } : link)),
  'not there': (links, at) =>
    links.map((link, index) => (index === at ? { ...link, entry: undefined } : link)),
  'put in twice': (links, at) => links.toSpliced(at, 0, ...links.slice(at, at + 1)),
}

const swapDigit = (digit: string) => (digit === '0' ? '1' : '0')

function changed(links: FoundLink[], at: number, change: (entry: Entry) => Entry): FoundLink[] {
  return links.map((link, index) =>
    index === at && link.entry !== undefined ? { ...link, entry: change(link.entry) } : link,
  )
}

describe('a chain', () => {
  test('is whole as it was made, and goes through each of its heads', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 5 }), seqSteps, (list, size, step) => {
        const { links, segments } = chained(list, size, step)
        const last = links.at(-1)
        for (const { n, hash } of links) {
          const report = checked(links, { segments, anchors: [{ n, hash }] })
          expect(report).toMatchObject({ ok: true, flaws: [], anchored: n, entries: list.length })
          expect(report.head).toBe(`${last?.n}:${last?.hash}`)
        }
        expect(checked(links, { segments }).anchored).toBeNull()
      }),
    )
  })

  test.each(Object.entries(HANDS))('with %s of one entry changed is found there, once', (name, hand) => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, place) => {
        const { links } = chained(list, SEGMENT_ENTRIES)
        const at = place % links.length
        const { ok, count, flaws } = checked(hand(links, at))
        expect(ok).toBe(false)
        // A seq that is that of the next entry too puts that one out of order besides.
        if (name !== 'seq') expect(count).toBe(1)
        expect(flaws[0]?.n).toBe(at + 1)
      }),
    )
  })

  test('with entries removed or two exchanged is found at the first of them', () => {
    const spans = fc.tuple(entries, fc.nat(), fc.nat())
    fc.assert(
      fc.property(spans, ([list, one, two]) => {
        const { links } = chained(list, SEGMENT_ENTRIES)
        const [from, to] = [one % links.length, two % links.length].sort((a, b) => a - b) as [number, number]
        const removed = checked(links.toSpliced(from, to - from + 1))
        // Nobody sees what is gone from the end.
        if (to === links.length - 1) expect(removed.ok).toBe(true)
        else expect(removed.flaws[0]).toMatchObject({ kind: 'missing', n: from + 1 })
        if (from === to || JSON.stringify(links[from]?.entry) === JSON.stringify(links[to]?.entry)) return
        const contents = changed(
          changed(links, from, () => links[to]?.entry as Entry),
          to,
          () => links[from]?.entry as Entry,
        )
        expect(checked(contents).flaws[0]).toMatchObject({ kind: 'changed', n: from + 1 })
        const lines = links.with(from, links[to] as FoundLink).with(to, links[from] as FoundLink)
        expect(checked(lines).ok).toBe(false)
      }),
    )
  })

  test('that was cut off or made anew is whole; an anchor of the one before finds it', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, place) => {
        const { links } = chained(list, SEGMENT_ENTRIES)
        const at = place % links.length
        const { n, hash } = links.at(-1) as FoundLink
        const anchors = [{ n, hash }]
        const cut = links.slice(0, at)
        expect(checked(cut).ok).toBe(true)
        expect(checked(cut, { anchors })).toMatchObject({
          ok: false,
          anchored: null,
          flaws: [{ kind: 'missing', n: at + 1 }],
        })
        const forged = list.with(at, { ...(list[at] as Entry), body: '"forged"' })
        const anew = chained(forged, SEGMENT_ENTRIES).links
        expect(checked(anew).ok).toBe(true)
        if (JSON.stringify(forged) === JSON.stringify(list)) return
        expect(checked(anew, { anchors })).toMatchObject({ ok: false, flaws: [{ kind: 'anchor', n }] })
      }),
    )
  })

  test('says what it can of many flaws, the first ones first', () => {
    const entry: Entry = { facility: 'plant', key: 'k', time: 1, sensor: 's', alarm: 'a', body: '{}' }
    const { links } = chained(
      Array.from({ length: 60 }, () => entry),
      SEGMENT_ENTRIES,
    )
    const forged = links.map((link) => ({ ...link, entry: { ...entry, body: 'x' } }))
    const { count, flaws } = checked(forged)
    expect(count).toBe(60)
    expect(flaws.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })
})

describe('segments', () => {
  const entry: Entry = { facility: 'plant', key: 'k', time: 1, sensor: 's', alarm: 'a', body: '{}' }
  const { links, segments } = chained(
    Array.from({ length: 12 }, () => entry),
    3,
  )
  const [one, two] = segments as [Segment, Segment]

  test.each([
    ['taken out', segments.toSpliced(1, 1)],
    ['that begins elsewhere', segments.with(1, { ...two, first: 5 })],
    ['with another hash before it', segments.with(1, { ...two, previous: ROOT })],
    [
      'with another hash at its end',
      segments.with(3, { ...two, first: 10, last: 12, previous: segments[2]?.head ?? '' }),
    ],
    ['given up too early', segments.with(0, { ...one, dropped: 1 })],
    ['given up before the one before it', segments.with(1, { ...two, dropped: 10 ** 12 })],
    [
      'of entries that are not there',
      [...segments, { ...two, first: 13, last: 15, previous: segments[3]?.head ?? '' }],
    ],
  ])('one %s is found', (_name, list) => {
    expect(checked(links, { segments: list }).ok).toBe(false)
  })

  test('that were given up in their time are where the chain begins', () => {
    const list = segments.map((segment, index) => (index < 2 ? { ...segment, dropped: 10 ** 12 } : segment))
    const report = checked(links.slice(6), {
      segments: list,
      anchors: [
        { n: 6, hash: two.head },
        { n: 2, hash: ROOT },
      ],
    })
    expect(report).toMatchObject({ ok: true, from: 7, entries: 6, anchored: 6, outlived: 1 })
    expect(checked(links.slice(4), { segments: list }).ok).toBe(true)
    expect(checked(links.slice(7), { segments: list }).flaws[0]).toMatchObject({ kind: 'missing', n: 7 })
  })

  test('that are complete and not there are missed', () => {
    const many = Array.from({ length: SEGMENT_ENTRIES }, () => entry)
    const made = chained(many, SEGMENT_ENTRIES)
    expect(checked(made.links, made).ok).toBe(true)
    expect(checked(made.links).flaws).toMatchObject([{ kind: 'segment', n: 1 }])
    expect(checked(made.links.slice(0, -1)).ok).toBe(true)
  })
})

test('what a hash covers is canonical JSON of every column and the place', () => {
  const texts = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed())
  const whole = fc.maxSafeInteger()
  const covered = fc.record({
    ...{
      facility: texts,
      n: whole,
      seq: whole,
      key: texts,
      time: whole,
      sensor: texts,
      alarm: texts,
      body: texts,
    },
  })
  fc.assert(
    fc.property(texts, covered, (previous, entry) => {
      expect(linkText(previous, entry)).toBe(canonicalJson({ v: 1, previous, ...entry }))
    }),
  )
})

test('a head is read as it is written', () => {
  const heads = fc.record({ n: fc.nat(), hash: fc.stringMatching(/^[0-9a-f]{64}$/) })
  fc.assert(fc.property(heads, (head) => void expect(parseHead(formatHead(head))).toEqual(head)))
  for (const text of [
    '',
    '1',
    `1:${'g'.repeat(64)}`,
    `01:${ROOT}`,
    `-1:${ROOT}`,
    `1:${ROOT}0`,
    `1.5:${ROOT}`,
  ])
    expect(parseHead(text), text).toBeUndefined()
})
