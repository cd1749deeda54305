import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adviceOn } from '../../alerting/kpi/report/advice.ts'
import { kpiCsv } from '../../alerting/kpi/report/csv.ts'
import { durationText, numberText } from '../../alerting/kpi/report/figure-words.ts'
import { kpiMarkdown } from '../../alerting/kpi/report/markdown.ts'
import type { AlarmKpi } from '../../contracts/kpi.ts'
import { type EntryLine, entry, journalOf, kpiOf, windowOf } from './entries.ts'
import { monthOf, monthPlant } from './simulated-month.ts'

const head = { name: 'Plant', timezone: 'UTC', month: '2026-11' }
const november = windowOf('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z')

/** RFC 4180, read by a grammar of its own. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], '', false]
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (character === '"' && cell === '') isQuoted = true
    else if (character === ',') {
      row.push(cell)
      cell = ''
    } else if (character === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell])
      ;[row, cell] = [[], '']
      at += 1
    } else {
      if (/["\r\n]/.test(character)) throw new Error(`a bare ${JSON.stringify(character)} at ${at}`)
      cell += character
    }
  }
  if (isQuoted || cell !== '' || row.length > 0) throw new Error('the last row has no end')
  return rows
}

/** A journal of an alarm that somebody has shelved, with words of theirs. */
function shelvedWith(by: string, reason: string): AlarmKpi {
  const line: EntryLine = {
    time: '2026-11-02T00:00:00Z',
    alarm: 'A-1.H',
    event: 'shelved',
    state: 'SHLVD',
    live: 'NORM',
    by,
    reason,
  }
  return kpiOf([entry(line, 1)], november)
}

/** A month in which one alarm is raised every so many ms and returns after 5 minutes, acknowledged. */
function monthOfOne(everyMs: number, priority: EntryLine['priority'] = 'low'): AlarmKpi {
  const lines: EntryLine[] = []
  for (let time = november.from; time < november.to; time += everyMs) {
    const occurrence = lines.length
    const line = { alarm: 'A-1.H', occurrence, ...(priority === undefined ? {} : { priority }) }
    lines.push({ ...line, time, event: 'raised', state: 'UNACK' })
    lines.push({ ...line, time: time + 60_000, event: 'acknowledged', state: 'ACKED' })
    lines.push({ ...line, time: time + 300_000, event: 'returned', state: 'NORM' })
  }
  return kpiOf(
    lines.map((line, index) => entry(line, index + 1)),
    november,
  )
}

describe('the page', () => {
  it('of a simulated month is the sample of the documentation', async () => {
    const plant = monthPlant('Asia/Shanghai')
    const { timezone, shifts } = plant
    const from = Date.parse('2026-11-01T00:00:00+08:00')
    const items = monthOf(plant, from, 30, 11).map(({ item }, index) => ({
      seq: index + 1,
      recorded: item.time,
      ...item,
    }))
    const kpi = kpiOf(items, { ...november, timezone, shifts, from, to: from + 30 * 86_400_000 })
    const page = kpiMarkdown(
      { ...kpi, journalSince: kpi.from },
      { ...head, name: 'Simulated plant', timezone },
    )
    await expect(page).toMatchFileSnapshot('../../docs/alarm-report-sample.md')
  })

  it('of a few days has no verdicts', () => {
    const kpi = kpiOf(journalOf('long'), windowOf('2026-11-01T00:00:00Z', '2026-11-06T00:00:00Z'))
    const page = kpiMarkdown(kpi, head)
    expect(page).toContain('stand beside their targets without a verdict')
    expect(page).toContain('| Stale alarms on the worst day | 3 | fewer than 5 on any day | ISA-18.2 |  |')
    expect(page).toContain('| S-4.H | Sensor S-4 | 2 | 2 d | 2026-11-03 03:00 | 2026-11-05 03:00 |')
    expect(page).toContain('| H-1.H | 4 | 5 h | 2026-11-05 22:00 | wang | proof test | 2026-11-06 06:00 |')
  })

  it('of a month has verdicts in words: what is over comes first', () => {
    const page = kpiMarkdown(monthOfOne(4 * 60_000), head)
    // One in 4 minutes: 360 a day, 15 an hour, 2.5 in 10 minutes; an alarm alone is the ten most frequent.
    expect(page).toContain('Operators were told 10800 alarms, 360 a day. Of 15 figures with a target')
    expect(page).toContain('- OVER: Alarms per day, mean 360, target about 150, at most 300 (ISA-18.2)')
    expect(page).toContain('| Alarms per hour, mean | 15 | about 6, at most 12 | ISA-18.2 | OVER |')
    expect(page).toContain('- Begin with A-1.H (100 %): that one alarm is a large part of all.')
  })

  it('of a quiet month says so', () => {
    const page = kpiMarkdown(monthOfOne(86_400_000), head)
    expect(page).toContain('All 14 figures with a target are good.')
    expect(page).not.toContain('OVER')
  })

  it('says what is over by its name, and manageable when it is', () => {
    const page = kpiMarkdown(monthOfOne(6 * 60_000, 'critical'), head)
    expect(page).toContain('- manageable: Alarms per day, mean 240')
    expect(page).toContain('- OVER: Priority critical 100 %, target under 1 %')
    expect(page).toContain('Too much is urgent.')
  })

  it('takes nothing that people typed for its own', () => {
    const page = kpiMarkdown(shelvedWith('li|[x](http://evil)', '<script>alert(1)</script> \n# no | `x`'), {
      ...head,
      name: '**Plant** <b>',
    })
    expect(page).toContain('# Alarm performance of \\*\\*Plant\\*\\* &lt;b&gt;, November 2026')
    expect(page).toContain(
      '| li\\|\\[x\\](http://evil) | &lt;script&gt;alert(1)&lt;/script&gt; \\# no \\| \\`x\\` | open |',
    )
  })

  it('says when the journal is younger than the month', () => {
    const kpi = { ...shelvedWith('li', 'x'), journalSince: '2026-11-02T00:00:00+00:00' }
    expect(kpiMarkdown(kpi, head)).toContain('The first entry of the journal is of 2026-11-02 00:00')
  })
})

describe('advice', () => {
  it('is about what was found, by name', () => {
    expect(adviceOn(monthOfOne(86_400_000))).toEqual([
      'Begin with A-1.H (100 %): that one alarm is a large part of all. Look at the limit, the deadband, the delays and the instrument, in this order.',
    ])
    const window = windowOf('2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z')
    expect(adviceOn(kpiOf(journalOf('chatter'), window)).map((line) => line.split(':')[0])).toEqual([
      'Begin with C-1.H (50 %), C-2.H (30 %) and C-3.H (20 %)',
      'C-1.H and C-5.H chattered',
      'C-2.H and C-1.H came and went before anybody could act',
      '9 of 10 alarms were acknowledged by nobody',
      'C-4.H is hidden without an end',
    ])
    expect(adviceOn(shelvedWith('li', 'x'))).toEqual(['A-1.H is hidden without an end: review that.'])
  })
})

describe('the table', () => {
  it('has a row a figure, with its target and verdict', () => {
    const rows = parseCsv(kpiCsv(monthOfOne(4 * 60_000)))
    expect(rows[0]).toEqual(['section', 'name', 'value', 'unit', 'target', 'verdict'])
    expect(rows).toContainEqual([
      'figures',
      'Alarms per day, mean',
      '360',
      'alarms',
      'about 150, at most 300',
      'over',
    ])
    expect(rows).toContainEqual(['day 2026-11-30', 'annunciated', '360', 'alarms', '', ''])
    expect(rows).toContainEqual(['shift 2026-11-01 08:00', 'length', '12', 'h', '', ''])
    expect(rows).toContainEqual(['most frequent', 'A-1.H', '10800', 'alarms', '', ''])
    expect(rows.every((row) => row.length === 6)).toBe(true)
  })

  it('gives back whatever people typed, and never as a formula', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '=', '+', '-', '@', '\t', '\r'),
        (text, sign) => {
          const reason = `${sign}${text}`
          const rows = parseCsv(kpiCsv(shelvedWith('li', reason)))
          const cell = rows.find(([, name]) => name === 'A-1.H, reason')?.[2] ?? ''
          expect(/^[=+\-@\t\r\n]/.test(cell)).toBe(false)
          expect(cell.startsWith("'") && !reason.startsWith("'") ? cell.slice(1) : cell).toBe(reason)
        },
      ),
    )
  })

  it('leaves numbers numbers', () => {
    const rows = parseCsv(kpiCsv(shelvedWith('=1+1', '-5')))
    expect(rows.find(([, name]) => name === 'A-1.H, by')?.[2]).toBe("'=1+1")
    expect(rows.find(([, name]) => name === 'A-1.H, reason')?.[2]).toBe("'-5")
    expect(rows.find(([, name]) => name === 'A-1.H, how long')?.[2]).toBe('2505600')
  })
})

describe('numbers as people write them', () => {
  it.each([
    [0, '0'],
    [0.004, 'under 0.01'],
    [0.5, '0.5'],
    [12.345, '12.35'],
    [10, '10'],
    [99.999, '100'],
  ])('%d is %s', (value, text) => {
    expect(numberText(value)).toBe(text)
  })

  it.each([
    [0, '0 s'],
    [45_000, '45 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [18_720_000, '5 h 12 min'],
    [1_051_200_000, '12 d 4 h'],
  ])('%d ms are %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })
})
