import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

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

/** A YAML (or JSON) text that remembers where everything stands. */
export class FacilityDocument {
  readonly #document: ReturnType<typeof parseDocument>
  readonly #lines = new LineCounter()

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true })
  }

  get syntaxProblems(): SyntaxProblem[] {
    return this.#document.errors.map((error) => ({ ...this.#position(error.pos[0]), message: error.message }))
  }

  /** The plain content. */
  content(): unknown {
    return this.#document.toJS({ maxAliasCount: 1000 })
  }

  /**
   * Where a path stands: its key if it is there, else the deepest part of it that is. What a sensor took
   * from a template stands in the template.
   */
  locate(path: Path): Position {
    return this.#locateFrom(this.#document.contents, path, 0)
  }

  #locateFrom(root: Node | null, path: Path, fallback: number): Position {
    let node: unknown = root
    let offset = root?.range?.[0] ?? fallback
    for (const [depth, step] of path.entries()) {
      const resolved = isNode(node) ? node : null
      if (isMap(resolved)) {
        const pair = resolved.items.find(
          (item) => isScalar(item.key) && String(item.key.value) === String(step),
        )
        if (pair === undefined) {
          const template = this.#template(resolved.get('use'))
          return template === undefined || depth < 8
            ? this.#position(offset)
            : this.#locateFrom(template, path.slice(depth), offset)
        }
        offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset
        node = pair.value
      } else if (isSeq(resolved)) {
        node = resolved.items[Number(step)]
        offset = isNode(node) ? (node.range?.[0] ?? offset) : offset
      } else break
    }
    return this.#position(offset)
  }

  #template(use: unknown): Node | undefined {
    const node = typeof use === 'string' ? this.#document.getIn(['templates', use], true) : undefined
    return isMap(node) ? node : undefined
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset)
    return { line, column: col }
  }
}

/** `gateways[0].buses[1].driver` */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  }
  return text === '' ? '(file)' : text
}
