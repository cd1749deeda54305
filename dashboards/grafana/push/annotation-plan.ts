import type { JournalItem } from '../../../contracts/api.ts'
import { PRIORITIES, type Priority } from '../../../contracts/facility-words.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import type { Annotation } from './grafana-api.ts'

/** What an entry of the journal means for the marks on the graphs. Key: names the alarm. */
export type AnnotationStep =
  | { readonly kind: 'begin'; readonly key: string; readonly annotation: Annotation }
  | { readonly kind: 'end'; readonly key: string; readonly time: number }
  /** It was over before anybody could see it. */
  | { readonly kind: 'whole'; readonly key: string; readonly annotation: Annotation }

/** Undefined for what is no beginning and no end of an occurrence, or is less urgent than wanted. */
export function annotationStep(item: JournalItem, least: Priority): AnnotationStep | undefined {
  const { event, facility, alarm, late } = item
  const key = `${facility} ${alarm.id}`
  const time = parseIso(item.time)
  if (time === undefined) return undefined
  // Its priority may have changed since it began.
  if (event === 'returned' || event === 'closed') return { kind: 'end', key, time }
  if (PRIORITIES.indexOf(alarm.priority) < PRIORITIES.indexOf(least)) return undefined
  const mark = { tags: tagsOf(item), text: asHtml(`${alarm.sensorName}: ${alarm.message}`) }
  if (event === 'raised') return { kind: 'begin', key, annotation: { time, ...mark } }
  if (event !== 'late' || late === undefined) return undefined
  const start = parseIso(late.start) ?? time
  const end = late.end === null ? undefined : parseIso(late.end)
  return {
    kind: 'whole',
    key,
    annotation: {
      time: start,
      ...(end !== undefined && { timeEnd: end }),
      tags: [...mark.tags, 'late'],
      text: mark.text,
    },
  }
}

function tagsOf({ facility, alarm }: JournalItem): string[] {
  const { area, sensor, id, priority } = alarm
  return [
    'davylamp',
    `facility:${facility}`,
    `area:${area}`,
    `sensor:${sensor}`,
    `alarm:${id}`,
    `priority:${priority}`,
  ]
}

/** Grafana shows the text of an annotation as HTML. */
function asHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
