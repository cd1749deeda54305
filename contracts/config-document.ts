import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'

/** A position in a file, both counted from 1. */
export interface Position {
  line: number
  column: number
}

export interface SyntaxProblem extends Position {
  message: string
}

/** Steps into a document: keys of maps and indices of lists. */
export type Path = readonly (string | number)[]

/** People do not nest deeper; an alias within what it stands for would nest for ever. */
const MAX_DEPTH = 50
const TOO_DEEP = `nested more than ${MAX_DEPTH} levels deep`
/** Aliases unfold at most so often in all, or a few lines of them would fill the memory. */
const MAX_ALIASES = 1_000

/** Where the parser's words are meant for programmers. Key: its error code. */
const SYNTAX_WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key is there already',
  MULTIPLE_DOCS: 'a second document begins here: a file holds one',
  RESOURCE_EXHAUSTION: TOO_DEEP,
}

/** A YAML (or JSON) text that remembers where everything stands. */
export class ConfigDocument {
  readonly #document: ReturnType<typeof parseDocument>
  readonly #lines = new LineCounter()

  constructor(text: string) {
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: true,
      logLevel: 'error',
    })
  }

  /** The plain content and no problems, or what keeps the text from being read, in order of lines. */
  read(): { content: unknown; problems: readonly SyntaxProblem[] } {
    const problems = this.#syntaxProblems()
    if (problems.length > 0) return { content: undefined, problems }
    try {
      // An empty file is a map without keys, so that the keys it lacks are told.
      const content: unknown = this.#document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}
      return isDeeper(content, MAX_DEPTH)
        ? { content: undefined, problems: [{ ...this.#position(0), message: TOO_DEEP }] }
        : { content, problems: [] }
    } catch (error) {
      return { content: undefined, problems: [{ ...this.#position(0), message: (error as Error).message }] }
    }
  }

  /** Where a path stands: its key if it is there, else the deepest part of it that is. */
  locate(path: Path): Position {
    let node: unknown = this.#document.contents
    let offset = this.#document.contents?.range?.[0] ?? 0
    for (const step of path) {
      const parent: unknown = isAlias(node) ? node.resolve(this.#document) : node
      if (isMap(parent)) {
        const pair = parent.items.find(
          (item) => isScalar(item.key) && String(item.key.value) === String(step),
        )
        if (pair === undefined) break
        offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset
        node = pair.value
      } else if (isSeq(parent)) {
        node = parent.items[Number(step)]
        offset = isNode(node) ? (node.range?.[0] ?? offset) : offset
      } else break
    }
    return this.#position(offset)
  }

  #syntaxProblems(): SyntaxProblem[] {
    const { errors } = this.#document
    const problems = errors.map(({ code, pos, message }) => ({
      ...this.#position(pos[0]),
      message: SYNTAX_WORDS[code] ?? message,
    }))
    // What nests too deep is told at every level.
    if (problems.some(({ message }) => message === TOO_DEEP)) return problems.slice(-1)
    const owned = new Map<string, string>()
    visit(this.#document, {
      Scalar: (_key, scalar) => {
        if (typeof scalar.value === 'string') scalar.value = ownText(scalar.value, owned)
      },
      Alias: (_key, alias) => {
        if (alias.resolve(this.#document) === undefined) {
          const message = `no anchor "&${alias.source}" stands before this alias`
          problems.push({ ...this.#position(alias.range?.[0] ?? 0), message })
        }
      },
    })
    return problems
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset)
    return { line, column: col }
  }
}

/** A part of a text keeps the whole of it in memory, and equal texts may be one: who reads a file keeps what it says. */
function ownText(part: string, owned: Map<string, string>): string {
  const known = owned.get(part)
  if (known !== undefined) return known
  const own = JSON.parse(JSON.stringify(part)) as string
  owned.set(own, own)
  return own
}

/** Stops at the limit, and so ends on a circle too. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

/** `gateways[0].buses[1].driver` */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  }
  return text === '' ? '(file)' : text
}
