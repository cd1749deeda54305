import type { Output, OutputState } from '../../contracts/annunciator.ts'
import { ERRORS } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { OutputHealth } from '../../contracts/wire.ts'
import { failureName, type ReadFailure } from '../drivers/driver.ts'

/** What is wrong with an output. */
export interface OutputTrouble {
  readonly code: 'OUTPUT_UNREACHABLE' | 'OUTPUT_REFUSED' | 'OUTPUT_MISMATCH'
  readonly detail: string
}

interface Entry {
  told: OutputState | null
  writes: number
  errors: number
  mismatches: number
  trouble: OutputTrouble | undefined
}

/** What became of what each output was told: counted, and told in the log when it changes. */
export class OutputBoard {
  readonly #logger: Logger
  readonly #onChange: () => void
  /** Key: output id. */
  readonly #entries = new Map<string, Entry>()

  constructor(outputs: readonly Output[], options: { logger: Logger; onChange: () => void }) {
    this.#logger = options.logger
    this.#onChange = options.onChange
    for (const { id } of outputs)
      this.#entries.set(id, { told: null, writes: 0, errors: 0, mismatches: 0, trouble: undefined })
  }

  get isFailing(): boolean {
    return this.#entries.values().some(({ trouble }) => trouble !== undefined)
  }

  /** Key: output id. */
  health(): Record<string, OutputHealth> {
    return Object.fromEntries(
      this.#entries
        .entries()
        .map(([id, { trouble, ...counts }]) => [id, { ...counts, failing: trouble !== undefined }]),
    )
  }

  /** What is wrong, output by output. */
  troubles(): string[] {
    return [...this.#entries].flatMap(([id, { trouble }]) =>
      trouble === undefined ? [] : [`${id}: ${trouble.code} (${trouble.detail})`],
    )
  }

  /** The module has taken it. */
  written({ id }: Output, state: OutputState): void {
    const entry = this.#entry(id)
    entry.writes += 1
    entry.told = state
  }

  /** It was taken and, where that can be seen, it is so. */
  sound({ id }: Output): void {
    const entry = this.#entry(id)
    if (entry.trouble === undefined) return
    entry.trouble = undefined
    this.#logger.info({ output: id }, 'the output does what it is told again')
    this.#onChange()
  }

  unanswered({ id }: Output, failure: ReadFailure, detail?: string): void {
    const entry = this.#entry(id)
    entry.errors += 1
    const code = failure.kind === 'exception' ? 'OUTPUT_REFUSED' : 'OUTPUT_UNREACHABLE'
    const name = failureName(failure)
    this.#fail(id, entry, { code, detail: detail === undefined ? name : `${name}: ${detail}` })
  }

  differs({ id }: Output, detail: string): void {
    const entry = this.#entry(id)
    entry.mismatches += 1
    this.#fail(id, entry, { code: 'OUTPUT_MISMATCH', detail })
  }

  #fail(output: string, entry: Entry, trouble: OutputTrouble): void {
    const isNews = entry.trouble?.code !== trouble.code
    entry.trouble = trouble
    if (!isNews) return
    this.#logger.error({ output, ...trouble }, ERRORS[trouble.code].remedy)
    this.#onChange()
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new TypeError(`no output ${id}`)
    return entry
  }
}
