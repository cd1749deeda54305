import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { leadingZeroBits, proofText } from '../../contracts/register/proof-of-work.ts'
import { REPORT_LIMITS } from '../../contracts/register/report-api.ts'
import { solve } from '../../dashboards/console/src/report/proof.ts'
import { missingOf, newDraft, reportOf, UNKNOWN } from '../../dashboards/console/src/report/report-draft.ts'
import * as catalogue from '../../dashboards/console/src/report/report-texts.ts'
import { LANGUAGES } from '../../dashboards/console/src/texts/entry.ts'

const { REPORT_TEXTS, PUBLIC_STATE_TEXTS, PUBLIC_REWARD_TEXTS, REPORT_REFUSALS } = catalogue
const digest = (bytes: Uint8Array<ArrayBuffer>) => crypto.subtle.digest('SHA-256', bytes)

describe('the proof', () => {
  test('is found, and the page breathes meanwhile', async () => {
    let breaths = 0
    const breathe = async () => void breaths++
    const solution = await solve('v1.token', 12, { digest, breathe })
    const hash = await digest(new TextEncoder().encode(proofText('v1.token', solution)))
    expect(leadingZeroBits(new Uint8Array(hash))).toBeGreaterThanOrEqual(12)
    expect(solution).toMatch(/^[0-9a-z]{1,16}$/)
    expect(breaths).toBe(Math.floor(Number.parseInt(solution, 36) / 256))
  })

  test('is given up when the page no longer wants it', async () => {
    const abort = new AbortController()
    const breathe = async () => abort.abort()
    await expect(solve('v1.token', 60, { digest, breathe, signal: abort.signal })).rejects.toThrow('abort')
  })
})

describe('a draft', () => {
  const one = { facilities: [{ id: 'a', title: 'A', hotline: '1' }] }
  const two = { facilities: [...one.facilities, { id: 'b', title: 'B', hotline: '1' }] }

  test('begins with the plant of the link, or the only one', () => {
    expect(newDraft(one, null).facility).toBe('a')
    expect(newDraft(two, null).facility).toBe('')
    expect(newDraft(two, 'b').facility).toBe('b')
    expect(newDraft(two, 'c').facility).toBe('')
  })

  test('says what is missing', () => {
    const draft = newDraft(two, null)
    expect(missingOf(draft, REPORT_LIMITS)).toEqual({ facility: 'needPlant', text: 'needText' })
    expect(
      missingOf({ ...draft, facility: UNKNOWN, text: '阀门泄漏有刺激性气味冒出' }, REPORT_LIMITS),
    ).toEqual({
      where: 'needWhere',
    })
  })

  test('is sent without what was left empty', () => {
    const draft = {
      ...newDraft(one, null),
      text: 'It leaks at gate 2',
      phone: '123',
      happened: '2026-11-29T10:00',
    }
    const report = reportOf(draft, { challenge: 'c', solution: 's' })
    expect(report).toEqual({
      facility: 'a',
      text: 'It leaks at gate 2',
      happened: new Date('2026-11-29T10:00').toISOString(),
      contact: { phone: '123' },
      isEmployee: false,
      website: '',
      challenge: 'c',
      solution: 's',
    })
    expect(reportOf({ ...draft, facility: UNKNOWN }, { challenge: 'c', solution: 's' })).not.toHaveProperty(
      'facility',
    )
  })
})

describe('the words of the public page', () => {
  const entries = [REPORT_TEXTS, PUBLIC_STATE_TEXTS, PUBLIC_REWARD_TEXTS, REPORT_REFUSALS].flatMap((table) =>
    Object.entries(table).map(([key, entry]) => ({ key, entry })),
  )

  test.each(entries)('$key says the same in every language', ({ entry }) => {
    const holes = LANGUAGES.map((language) => {
      expect(entry[language].trim()).not.toBe('')
      return [...entry[language].matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
    })
    for (const other of holes) expect(other).toEqual(holes[0])
  })

  test('all of them are said, and no view has words of its own', () => {
    const folder = new URL('../../dashboards/console/src/report/', import.meta.url)
    const sources = readdirSync(folder)
      .filter((name) => name !== 'report-texts.ts')
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    const all = sources.join('\n')
    expect(
      Object.keys(REPORT_TEXTS).filter((key) => !new RegExp(`['"]${key}['"]`).test(all) && !isPart(key)),
    ).toEqual([])
    for (const source of sources)
      expect(source.match(/>\s*[A-Z][a-z]+ [a-z]+[^<>{}=;()]*</g) ?? []).toEqual([])
  })

  /** Looked up by the name of a field. */
  const isPart = (key: string) => ['name', 'phone', 'email'].includes(key)
})
