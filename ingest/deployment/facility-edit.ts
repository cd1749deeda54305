import { type Document, isAlias, isCollection, isMap, isNode, isPair, parseDocument, visit } from 'yaml'
import type { Path } from '../../contracts/config-document.ts'
import type { SharedSection } from '../../contracts/facility.ts'
import type { FacilityFile } from '../../contracts/facility-schema.ts'
import type { OwnProfile } from './plant.ts'

/** Sections of a facility file that a deployment gives anew. */
export type Sections = Readonly<Record<SharedSection, Readonly<Record<string, unknown>>>>

type SectionName = keyof FacilityFile & string

/** A key that gets another value. */
export interface Said {
  readonly key: Path
  readonly value: string
}

export interface FacilityEdit {
  readonly sections: Sections
  /** Its own profiles where the deployment has them. Key: what the file calls a profile; value: its path from the new place. */
  readonly profiles: ReadonlyMap<OwnProfile['word'], string>
  /** Sections that are left out, and with them all comments: any may repeat what was in them. */
  readonly without?: readonly SectionName[]
  /** Keys outside these sections that are said anew. */
  readonly said?: readonly Said[]
}

/** The plant's own file as a process of the deployment gets it. Everything else stays, comments too unless sections are left out. */
export function editedFacility(
  text: string,
  { sections, profiles, without = [], said = [] }: FacilityEdit,
): string {
  const document = parseDocument(text)
  if (!isMap(document.contents)) return text
  if (without.length > 0) leaveOut(document, without)
  sayAnew(document, said)
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

function sayAnew(document: Document, said: readonly Said[]): void {
  const whole = (node: unknown) => (isAlias(node) ? node.resolve(document) : node)
  for (const { key, value } of said) {
    const owner = key.slice(0, -1).reduce<unknown>((node, word) => {
      return isCollection(node) ? whole(node.get(word, true)) : undefined
    }, document.contents)
    if (isCollection(owner)) owner.set(key.at(-1), value)
  }
}
