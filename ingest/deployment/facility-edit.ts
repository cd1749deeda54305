import { type Document, isAlias, isMap, isNode, isPair, isSeq, parseDocument, visit } from 'yaml'
import type { SharedSection } from '../../contracts/facility.ts'
import type { FacilityFile } from '../../contracts/facility-schema.ts'
import type { OwnProfile } from './plant.ts'

/** Sections of a facility file that a deployment gives anew. */
export type Sections = Readonly<Record<SharedSection, Readonly<Record<string, unknown>>>>

type SectionName = keyof FacilityFile & string

export interface FacilityEdit {
  readonly sections: Sections
  /** Its own profiles where the deployment has them. Key: what the file calls a profile; value: its path from the new place. */
  readonly profiles: ReadonlyMap<OwnProfile['word'], string>
  /** Sections that are left out, and with them all comments: any may repeat what was in them. */
  readonly without?: readonly SectionName[]
  /** Keys of the channels of `notify` that are said anew, in the order of the file. */
  readonly channels?: readonly Readonly<Record<string, string>>[]
}

/** The plant's own file as a process of the deployment gets it. Everything else stays, comments too unless sections are left out. */
export function editedFacility(
  text: string,
  { sections, profiles, without = [], channels = [] }: FacilityEdit,
): string {
  const document = parseDocument(text)
  if (!isMap(document.contents)) return text
  if (without.length > 0) leaveOut(document, without)
  sayAnew(document, channels)
  for (const [name, content] of Object.entries(sections)) {
    const node = document.createNode(content)
    node.flow = false
    document.set(name, node)
  }
  visit(document, {
    Pair: (_key, pair) => {
      const { key, value } = pair as { key: { value?: unknown } | null; value: { value?: unknown } | null }
      if (key?.value !== 'profile' || typeof value?.value !== 'string') return
      const path = profiles.get(value.value)
      if (path !== undefined) value.value = path
    },
  })
  return document.toString({ lineWidth: 0 })
}

/** What stays may repeat something of what goes (`*anchor`): it then gets it in full. */
function leaveOut(document: Document, names: readonly string[]): void {
  const gone = names.map((name) => document.get(name, true)).filter(isNode)
  const anchored = new Set<unknown>()
  for (const section of gone)
    visit(section, { Node: (_key, node) => void ('anchor' in node && node.anchor ? anchored.add(node) : 0) })
  if (anchored.size > 0)
    visit(document, {
      Pair: (_key, pair) => (isPair(pair) && gone.includes(pair.value as never) ? visit.SKIP : undefined),
      Alias: (_key, alias) => {
        const target = alias.resolve(document)
        if (target === undefined || !anchored.has(target)) return
        const copy = target.clone() as typeof target
        visit(copy, { Node: (_inner, node) => void ('anchor' in node && delete node.anchor) })
        return copy
      },
    })
  for (const name of names) document.delete(name)
  visit(document, { Node: (_key, node) => withoutComments(node) })
  withoutComments(document)
  document.commentBefore = ` Written by npm run deploy -- init from the file of the plant, without comments and ${names.join(', ')}.`
}

function withoutComments(part: { comment?: string | null; commentBefore?: string | null }): void {
  part.comment = null
  part.commentBefore = null
}

function sayAnew(document: Document, channels: readonly Readonly<Record<string, string>>[]): void {
  const whole = (node: unknown) => (isAlias(node) ? node.resolve(document) : node)
  const notify = whole(document.get('notify', true))
  const list = isMap(notify) ? whole(notify.get('channels', true)) : undefined
  if (!isSeq(list)) return
  for (const [index, said] of channels.entries()) {
    const channel = whole(list.items[index])
    if (isMap(channel)) for (const [key, value] of Object.entries(said)) channel.set(key, value)
  }
}
