import type { ReportDetail } from '../../../../contracts/register/report-api.ts'
import { ACCIDENT_GRADES, type ReportAction } from '../../../../contracts/register/report-words.ts'
import { HAZARD_GRADES, HAZARD_KINDS } from '../../../../contracts/register/words.ts'
import { GRADE_TEXTS, KIND_TEXTS } from '../texts/register.ts'
import { ACCIDENT_TEXTS, REPORT_ACTION_TEXTS } from '../texts/response.ts'
import type { FormField } from './form-field.ts'
import type { Offer } from './offer.ts'
import type { ResponseWords } from './response-words.ts'

interface Places {
  readonly areas: readonly { id: string; name: string }[]
  readonly facilities: readonly { id: string; name: string }[]
}

type Report = Pick<ReportDetail, 'actions' | 'facility' | 'isEmployee'>

/** What brings it on, where several are possible. */
const ON: readonly ReportAction[] = ['review', 'accept', 'verify', 'approve-reward', 'pay-reward', 'close']

export function reportOffers(
  report: Report,
  places: Places,
  words: ResponseWords,
): { offers: Offer[]; leads: boolean } {
  const leading = ON.find((action) => report.actions.includes(action))
  const rest = report.actions.filter((action) => action !== leading)
  return {
    offers: (leading === undefined ? rest : [leading, ...rest]).map((action) => ({
      name: action,
      text: words.of(REPORT_ACTION_TEXTS[action]),
      fields: fieldsOf(action, report, places, words),
      ...(action === 'propose-reward' ? { note: words.text('rewardNote') } : {}),
    })),
    leads: leading !== undefined,
  }
}

function fieldsOf(
  action: ReportAction,
  { facility, isEmployee }: Report,
  { areas, facilities }: Places,
  words: ResponseWords,
): readonly FormField[] {
  const comment: FormField = { name: 'comment', label: words.text('comment'), input: 'text' }
  const reason: FormField = { name: 'reason', label: words.text('reason'), input: 'text', isNeeded: true }
  const none = { value: '', text: words.text('notSaid') }
  switch (action) {
    case 'accept':
      return [
        { name: 'title', label: words.text('titleOf'), input: 'line', hint: words.text('titleAsText') },
        {
          name: 'area',
          label: words.text('area'),
          input: 'choice',
          choices: [none, ...areas.map(({ id, name }) => ({ value: id, text: name }))],
        },
        {
          name: 'kind',
          label: words.text('kind'),
          input: 'choice',
          value: 'condition',
          choices: HAZARD_KINDS.map((kind) => ({ value: kind, text: words.of(KIND_TEXTS[kind]) })),
        },
        {
          name: 'grade',
          label: words.text('grade'),
          input: 'choice',
          value: 'general',
          choices: HAZARD_GRADES.map((grade) => ({ value: grade, text: words.of(GRADE_TEXTS[grade]) })),
        },
        comment,
      ]
    case 'join':
      return [{ name: 'hazard', label: words.text('hazardNo'), input: 'count', isNeeded: true }, comment]
    case 'duplicate':
      return [{ name: 'duplicateOf', label: words.text('reportNo'), input: 'count', isNeeded: true }, comment]
    case 'decline':
    case 'refuse-reward':
      return [reason]
    case 'move':
      return [
        {
          name: 'facility',
          label: words.text('facility'),
          input: 'choice',
          isNeeded: true,
          choices: facilities
            .filter(({ id }) => id !== facility)
            .map(({ id, name }) => ({ value: id, text: name })),
        },
      ]
    case 'propose-reward':
      return [
        { name: 'fine', label: words.text('fine'), input: 'number', hint: words.text('fineHint') },
        {
          name: 'accident',
          label: words.text('accident'),
          input: 'choice',
          choices: [
            none,
            ...ACCIDENT_GRADES.map((grade) => ({ value: grade, text: words.of(ACCIDENT_TEXTS[grade]) })),
          ],
        },
        { name: 'deaths', label: words.text('deaths'), input: 'count' },
        {
          name: 'isEmployee',
          label: words.text('worksThere'),
          input: 'check',
          value: isEmployee ? 'true' : '',
        },
      ]
    case 'comment':
      return [{ ...comment, isNeeded: true }]
    default:
      return [comment]
  }
}
