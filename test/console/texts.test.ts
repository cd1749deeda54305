import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CHANNEL_STATES } from '../../contracts/analytics/general/architecture.ts'
import { KINDS } from '../../contracts/analytics/kinds.ts'
import { NOTIFY_ERROR_GROUPS } from '../../contracts/notify/error-codes.ts'
import { pickLanguage, Words } from '../../dashboards/console/src/language.ts'
import * as derived from '../../dashboards/console/src/texts/derived.ts'
import * as detectors from '../../dashboards/console/src/texts/detectors.ts'
import * as register from '../../dashboards/console/src/texts/register.ts'
import * as response from '../../dashboards/console/src/texts/response.ts'
import * as waveforms from '../../dashboards/console/src/texts/waveforms.ts'
import * as catalogue from '../../dashboards/console/src/texts.ts'

const { LANGUAGES, TEXTS } = catalogue
const tables: [string, Readonly<Record<string, catalogue.Entry>>][] = [
  ['TEXTS', TEXTS],
  ['PRIORITY_TEXTS', catalogue.PRIORITY_TEXTS],
  ['PRIORITY_LETTERS', catalogue.PRIORITY_LETTERS],
  ['STATE_TEXTS', catalogue.STATE_TEXTS],
  ['EVENT_TEXTS', catalogue.EVENT_TEXTS],
  ['GATEWAY_TEXTS', catalogue.GATEWAY_TEXTS],
  ['REASON_TEXTS', catalogue.REASON_TEXTS],
  ['GAP_TEXTS', catalogue.GAP_TEXTS],
  ['ACTION_TEXTS', catalogue.ACTION_TEXTS],
  ['SETTING_TEXTS', catalogue.SETTING_TEXTS],
  ['CONDITION_TEXTS', catalogue.CONDITION_TEXTS],
  ['TEST_KIND_TEXTS', catalogue.TEST_KIND_TEXTS],
  ['FIGURE_TEXTS', catalogue.FIGURE_TEXTS],
  ['VERDICT_TEXTS', catalogue.VERDICT_TEXTS],
  ['TARGET_TEXTS', catalogue.TARGET_TEXTS],
  ['PROVIDER_TEXTS', catalogue.PROVIDER_TEXTS],
  ['NOTICE_RULE_TEXTS', catalogue.NOTICE_RULE_TEXTS],
  ['NOTICE_CAUSE_TEXTS', catalogue.NOTICE_CAUSE_TEXTS],
  ['NOTICE_STATE_TEXTS', catalogue.NOTICE_STATE_TEXTS],
  ['CHANNEL_STATE_TEXTS', catalogue.CHANNEL_STATE_TEXTS],
  ['CHANNEL_KIND_TEXTS', catalogue.CHANNEL_KIND_TEXTS],
  ['CHANNEL_REMEDIES', catalogue.CHANNEL_REMEDIES],
  ['LEG_TEXTS', catalogue.LEG_TEXTS],
  ['ANSWER_REFUSALS', catalogue.ANSWER_REFUSALS],
  ['REGISTER_TEXTS', register.REGISTER_TEXTS],
  ['STATUS_CHOICE_TEXTS', register.STATUS_CHOICE_TEXTS],
  ['CAUSE_TEXTS', register.CAUSE_TEXTS],
  ['SOURCE_TEXTS', register.SOURCE_TEXTS],
  ['KIND_TEXTS', register.KIND_TEXTS],
  ['GRADE_TEXTS', register.GRADE_TEXTS],
  ['COLOUR_TEXTS', register.COLOUR_TEXTS],
  ['COLOUR_LETTERS', register.COLOUR_LETTERS],
  ['HAZARD_ACTION_TEXTS', register.HAZARD_ACTION_TEXTS],
  ['HAZARD_EVENT_TEXTS', register.HAZARD_EVENT_TEXTS],
  ['WAVEFORM_TEXTS', waveforms.WAVEFORM_TEXTS],
  ['AXIS_TEXTS', waveforms.AXIS_TEXTS],
  ['FEATURE_TEXTS', waveforms.FEATURE_TEXTS],
  ['DERIVED_TEXTS', derived.DERIVED_TEXTS],
  ['COMPUTE_TEXTS', derived.COMPUTE_TEXTS],
  ['VOTE_CHANNEL_TEXTS', derived.VOTE_CHANNEL_TEXTS],
  ['DETAIL_TEXTS', derived.DETAIL_TEXTS],
  ['DETAIL_WORDS', derived.DETAIL_WORDS],
  ['DETECTOR_TEXTS', detectors.DETECTOR_TEXTS],
  ['CALIBRATION_KIND_TEXTS', detectors.CALIBRATION_KIND_TEXTS],
  ['CALIBRATION_RESULT_TEXTS', detectors.CALIBRATION_RESULT_TEXTS],
  ['DUE_STATE_TEXTS', detectors.DUE_STATE_TEXTS],
  ['RESPONSE_TEXTS', response.RESPONSE_TEXTS],
  ['HISTORY_STATE_TEXTS', response.HISTORY_STATE_TEXTS],
  ['RESPONSE_EVENT_TEXTS', response.RESPONSE_EVENT_TEXTS],
  ['INSPECTION_KIND_TEXTS', response.INSPECTION_KIND_TEXTS],
  ['DUE_TEXTS', response.DUE_TEXTS],
  ['RESULT_TEXTS', response.RESULT_TEXTS],
  ['POST_TEXTS', response.POST_TEXTS],
  ['SOURCE_KIND_TEXTS', response.SOURCE_KIND_TEXTS],
  ['APPOINTMENT_TEXTS', response.APPOINTMENT_TEXTS],
  ['LEVEL_TEXTS', response.LEVEL_TEXTS],
  ['LEVEL_WORDS', response.LEVEL_WORDS],
  ['INCIDENT_KIND_TEXTS', response.INCIDENT_KIND_TEXTS],
  ['TEAM_KIND_TEXTS', response.TEAM_KIND_TEXTS],
  ['CLOCK_STATE_TEXTS', response.CLOCK_STATE_TEXTS],
  ['INCIDENT_ACTION_TEXTS', response.INCIDENT_ACTION_TEXTS],
  ['TEAM_ACTION_TEXTS', response.TEAM_ACTION_TEXTS],
  ['REWARD_TEXTS', response.REWARD_TEXTS],
  ['REPORT_ACTION_TEXTS', response.REPORT_ACTION_TEXTS],
  ['ACCIDENT_TEXTS', response.ACCIDENT_TEXTS],
]
const entries = tables.flatMap(([table, texts]) =>
  Object.entries(texts).map(([key, entry]) => ({ name: `${table}.${key}`, entry })),
)

describe('catalogue', () => {
  test.each(entries)('$name says the same in every language', ({ entry }) => {
    const holes = LANGUAGES.map((language) => {
      expect(entry[language].trim()).not.toBe('')
      return [...entry[language].matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
    })
    for (const other of holes) expect(other).toEqual(holes[0])
  })

  test('states, events and priorities are told apart in each language', () => {
    const told = [
      catalogue.STATE_TEXTS,
      catalogue.EVENT_TEXTS,
      catalogue.PRIORITY_TEXTS,
      catalogue.PRIORITY_LETTERS,
      catalogue.NOTICE_CAUSE_TEXTS,
      catalogue.NOTICE_STATE_TEXTS,
      catalogue.CHANNEL_STATE_TEXTS,
      catalogue.LEG_TEXTS,
      register.STATUS_CHOICE_TEXTS,
      register.SOURCE_TEXTS,
      register.GRADE_TEXTS,
      register.COLOUR_TEXTS,
      register.COLOUR_LETTERS,
      register.HAZARD_ACTION_TEXTS,
      register.HAZARD_EVENT_TEXTS,
      derived.COMPUTE_TEXTS,
      derived.VOTE_CHANNEL_TEXTS,
      derived.DETAIL_TEXTS,
      response.DUE_TEXTS,
      response.RESULT_TEXTS,
      response.POST_TEXTS,
      response.LEVEL_TEXTS,
      response.TEAM_KIND_TEXTS,
      response.CLOCK_STATE_TEXTS,
      response.INCIDENT_STATUS_TEXTS,
      response.INCIDENT_ACTION_TEXTS,
      response.REPORT_STATE_TEXTS,
      response.REPORT_ACTION_TEXTS,
    ]
    for (const table of told) {
      for (const language of LANGUAGES) {
        const texts = Object.values(table).map((entry) => entry[language])
        expect(new Set(texts).size).toBe(texts.length)
      }
    }
  })

  test('every computation, and every state of a channel of a vote, has its words', () => {
    for (const kind of KINDS.keys()) expect(Object.keys(derived.COMPUTE_TEXTS)).toContain(kind)
    expect(Object.keys(derived.VOTE_CHANNEL_TEXTS).sort()).toEqual([...CHANNEL_STATES].sort())
  })

  test('every refusal of a channel and of a link has its words', () => {
    const codes = Object.values(NOTIFY_ERROR_GROUPS).flatMap((group) => Object.keys(group))
    const named = codes.filter((code) => /^(CHANNEL|RECEIVER|ANSWER)_/.test(code))
    const known = { ...catalogue.CHANNEL_REMEDIES, ...catalogue.ANSWER_REFUSALS }
    expect(named.filter((code) => !Object.hasOwn(known, code))).toEqual([])
    expect(named.length).toBeGreaterThan(10)
  })

  test('no text is left that nothing says', () => {
    const folder = new URL('../../dashboards/console/src/', import.meta.url)
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('texts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n')
    const unused = Object.keys({
      ...TEXTS,
      ...derived.DERIVED_TEXTS,
      ...register.REGISTER_TEXTS,
      ...response.RESPONSE_TEXTS,
      ...detectors.DETECTOR_TEXTS,
    }).filter((key) => !new RegExp(`['"]${key}['"]`).test(source))
    expect(unused).toEqual([])
  })

  test('no view carries words of its own', () => {
    for (const part of ['views', 'derived', 'register', 'response', 'detectors']) {
      const folder = new URL(`../../dashboards/console/src/${part}/`, import.meta.url)
      for (const name of readdirSync(folder)) {
        const source = readFileSync(new URL(name, folder), 'utf8')
        const spoken = source.match(/>\s*[A-Z][a-z]+ [a-z]+[^<>{}=;()]*</g) ?? []
        expect(spoken, name).toEqual([])
      }
    }
  })
})

describe('words', () => {
  const en = new Words('en')
  const zh = new Words('zh')

  test('placeholders are filled in', () => {
    expect(en.text('noData', { time: '10:00:02' })).toBe('No data from the server since 10:00:02')
    expect(zh.text('noData', { time: '10:00:02' })).toBe('自 10:00:02 起未收到服务器数据')
  })

  test('reasons: known, of the exception family, and of another release', () => {
    expect(en.reason('above-range')).toBe('above range')
    expect(zh.reason('exception-2')).toBe('设备异常码 2')
    expect(en.reason('moon-phase')).toBe('moon-phase')
    expect(en.reason('constructor')).toBe('constructor')
  })

  test('events and gaps of another release are shown as they came', () => {
    expect(en.event('raised')).toBe('Raised')
    expect(zh.event('late')).toBe('在迟到数据中发现')
    expect(en.event('teleported')).toBe('teleported')
    expect(en.gap('full')).toBe('outbox of the gateway full')
    expect(en.gap('eaten')).toBe('eaten')
  })

  test.each([
    { chosen: null, preferred: ['zh-CN', 'en'], language: 'zh' },
    { chosen: null, preferred: ['de-DE', 'zh'], language: 'zh' },
    { chosen: null, preferred: ['de-DE'], language: 'en' },
    { chosen: 'en', preferred: ['zh-CN'], language: 'en' },
    { chosen: 'nonsense', preferred: ['zh-CN'], language: 'zh' },
    { chosen: null, preferred: [], language: 'en' },
  ])('chosen $chosen of $preferred: $language', ({ chosen, preferred, language }) => {
    expect(pickLanguage(chosen, preferred)).toBe(language)
  })
})
