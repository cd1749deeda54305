import { isMap, parseDocument, visit } from 'yaml'
import type { SharedSection } from '../../contracts/facility.ts'
import type { OwnProfile } from './plant.ts'

/** Sections of a facility file that a deployment gives anew. */
export type Sections = Readonly<Record<SharedSection, Readonly<Record<string, unknown>>>>

/**
 * The plant's own file with other sections mqtt, store and server, and with its own profiles where the deployment has
 * them. Everything else stays, comments too.
 * @param profiles key: what the file calls a profile; value: its path from the new place
 */
export function editedFacility(
  text: string,
  sections: Sections,
  profiles: ReadonlyMap<OwnProfile['word'], string>,
): string {
  const document = parseDocument(text)
  if (!isMap(document.contents)) return text
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
