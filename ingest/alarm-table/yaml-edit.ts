import { Document, isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml'
import type { Path } from '../../contracts/config-document.ts'
import { contentAt } from '../../contracts/content-tree.ts'
import { isJson } from './json-text.ts'
import type { AlarmEdit } from './table-plan.ts'

/** As many as a facility file may have. */
const MAX_ALIASES = 1_000
/** Lines of what is written anew are no longer than this where they can be broken. */
const LINE_WIDTH = 110
/** A new alarm with no more than this stands on the line of its key, characters. */
const SHORT = 80

/** Text that takes the place of what stood from start to end. */
interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface EditedText {
  readonly text: string
  /** Why a sensor cannot be changed by itself, for each of its rows. */
  readonly obstacles: { readonly row: number; readonly message: string }[]
}

class Obstacle extends Error {}

/**
 * The text of a facility file with alarms changed at their sensors; all else stays as it is, character by
 * character, comments and order too. Only an alarm that changes is written anew.
 */
export function editAlarms(text: string, edits: readonly AlarmEdit[]): EditedText {
  const document = parseDocument(text)
  const content: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
  const splices: Splice[] = []
  const obstacles: EditedText['obstacles'] = []
  for (const [id, ofSensor] of Map.groupBy(edits, ({ sensor }) => sensor.id)) {
    const path = ofSensor[0]?.sensor.path ?? []
    try {
      splices.push(...sensorSplices(text, document, { content, path, edits: ofSensor }))
    } catch (error) {
      if (!(error instanceof Obstacle)) throw error
      obstacles.push(...ofSensor.map(({ row }) => ({ row, message: `${id}: ${error.message}` })))
    }
  }
  const done = isJson(text) ? `${JSON.stringify(document.toJS(), null, 2)}\n` : spliced(text, splices)
  return { text: done, obstacles }
}

function spliced(text: string, splices: readonly Splice[]): string {
  const parts: string[] = []
  let at = 0
  // Of two at one place the one that takes something away comes first.
  for (const { start, end, text: fresh } of splices.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    parts.push(text.slice(at, start), fresh)
    at = end
  }
  return parts.join('') + text.slice(at)
}

interface SensorEdits {
  readonly content: unknown
  readonly path: Path
  readonly edits: readonly AlarmEdit[]
}

type Yaml = ReturnType<typeof parseDocument>

function sensorSplices(text: string, document: Yaml, { content, path, edits }: SensorEdits): Splice[] {
  const sensor = mapAt(document, path)
  const template = contentAt(content, ['templates', String(contentAt(content, [...path, 'use'])), 'alarms'])
  const alarms = sensor.get('alarms', true)
  if (alarms !== undefined && !isMap(alarms)) throw new Obstacle('its alarms are no map of their own')
  const fresh = new Map<string, unknown>()
  const splices: Splice[] = []
  for (const { key, settings } of edits) {
    const pair = alarms?.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    if (pair === undefined) {
      fresh.set(key, contentOf(settings, template, key))
      continue
    }
    if (!isMap(pair.value) || pair.value.range == null)
      throw new Obstacle(`its alarm ${key} is no map of its own`)
    for (const { path: at, value } of settings)
      set(document, pair.value, { at, value, isBelow: isBelow(template, key, at) })
    splices.push(rewritten(text, pair.value))
  }
  if (fresh.size === 0) return splices
  const added = Object.fromEntries(fresh)
  if (alarms === undefined) splices.push(appended(text, sensor, { alarms: added }))
  else splices.push(appended(text, alarms, added))
  for (const [key, value] of fresh) document.setIn([...path, 'alarms', key], value)
  return splices
}

/** The map at a path. What hangs on it by an anchor is found when all is compared afterwards. */
function mapAt(document: Yaml, path: Path): YAMLMap {
  let node: unknown = document.contents
  for (const step of path) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(step, true) : undefined
    if (isAlias(next)) throw new Obstacle(`it stands behind the alias *${next.source}`)
    node = next
  }
  if (!isMap(node)) throw new Obstacle('it does not stand in the file by itself: list it under its device')
  return node
}

function isBelow(template: unknown, key: string, at: Path): boolean {
  return (contentAt(template, [key, ...at]) ?? null) !== null
}

/** What a new alarm says at its sensor. Null takes away what a template has. */
function contentOf(settings: AlarmEdit['settings'], template: unknown, key: string): unknown {
  const document = new Document({})
  for (const { path, value } of settings)
    if (value !== undefined) document.setIn(path, value)
    else if (isBelow(template, key, path)) document.setIn(path, null)
  return document.toJS()
}

function set(
  document: Yaml,
  map: YAMLMap,
  { at, value, isBelow }: { at: Path; value: unknown; isBelow: boolean },
): void {
  if (value !== undefined || isBelow) {
    const there = map.getIn(at, true)
    // A scalar keeps its comment.
    if (isScalar(there) && typeof value !== 'object') {
      there.value = value ?? null
      delete there.source
      return
    }
    for (const [depth] of at.entries()) {
      const above = at.slice(0, depth)
      if (depth > 0 && !isMap(map.getIn(above)))
        map.setIn(above, document.createNode({}, { flow: map.flow === true }))
    }
    map.setIn(at, document.createNode(value ?? null, { flow: map.flow === true }))
    return
  }
  map.deleteIn(at)
  for (let above = at.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
    const parent = map.getIn(above)
    if (isMap(parent) && parent.items.length === 0) map.deleteIn(above)
  }
}

/** A map that stands in the file, as it is now. */
function rewritten(text: string, map: YAMLMap): Splice {
  const [start = 0, last = 0] = map.range ?? []
  const end = start + text.slice(start, last).trimEnd().length
  // What stands before and behind it stays where it is.
  const { comment, commentBefore, spaceBefore } = map
  Object.assign(map, { comment: null, commentBefore: null, spaceBefore: false })
  const indent = map.flow === true ? indentOf(text, start) : columnOf(text, start)
  const fresh = indented(rendered(map), indent)
  Object.assign(map, { comment, commentBefore, spaceBefore })
  return { start, end, text: fresh }
}

/** New keys behind the last one of a map that stands in the file. */
function appended(text: string, map: YAMLMap, content: Record<string, unknown>): Splice {
  const last = map.items.at(-1) as
    | Pair<{ range?: number[] | null }, { range?: number[] | null } | null>
    | undefined
  const [start = 0, closing = 0] = map.range ?? []
  if (map.flow === true) {
    const indent = indentOf(text, start)
    const parts = Object.entries(content).map(([key, value]) => `${key}: ${indented(flow(value), indent)}`)
    const behind = last?.value?.range?.[1] ?? last?.key.range?.[1]
    const open = text.slice(start, closing).lastIndexOf('}') + start
    return behind === undefined
      ? { start: open, end: open, text: ` ${parts.join(', ')} ` }
      : { start: behind, end: behind, text: `, ${parts.join(', ')}` }
  }
  const column = columnOf(text, start)
  const behind = text.slice(0, last?.value?.range?.[1] ?? last?.key.range?.[1] ?? closing).trimEnd().length
  const lineEnd = text.indexOf('\n', behind)
  const at = lineEnd === -1 ? text.length : lineEnd
  const block = indented(blockOf(content), column)
  return { start: at, end: at, text: `\n${' '.repeat(column)}${block}` }
}

/** Alarms of few settings stand on the line of their key. */
function blockOf(content: Record<string, unknown>): string {
  const document = new Document(content)
  const shorten = (node: unknown, depth: number) => {
    if (!isMap(node)) return
    if (depth > 0 && JSON.stringify(node.toJSON()).length <= SHORT) node.flow = true
    else for (const { value } of node.items) shorten(value, depth + 1)
  }
  shorten(document.contents, 'alarms' in content ? -1 : 0)
  return String(document.toString({ lineWidth: LINE_WIDTH })).trimEnd()
}

function flow(value: unknown): string {
  const document = new Document(value)
  if (isMap(document.contents) || isSeq(document.contents)) document.contents.flow = true
  return document.toString({ lineWidth: LINE_WIDTH }).trimEnd()
}

function rendered(map: YAMLMap): string {
  const document = new Document()
  document.contents = map
  return document.toString({ lineWidth: LINE_WIDTH }).trimEnd()
}

/** All lines but the first moved to the right; empty ones stay empty. */
function indented(text: string, columns: number): string {
  return text.replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(columns)}`)
}

/** What goes on within braces stands deeper than the line that a position is on. */
function indentOf(text: string, position: number): number {
  const start = text.lastIndexOf('\n', position - 1) + 1
  return 2 + (/^[ -]*/.exec(text.slice(start, position))?.[0].length ?? 0)
}

function columnOf(text: string, position: number): number {
  return position - (text.lastIndexOf('\n', position - 1) + 1)
}
