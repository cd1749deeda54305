import type {
  ConnectOutcome,
  Driver,
  ReadOutcome,
  RegisterRequest,
  WriteOutcome,
  WriteRequest,
  WritingLink,
} from '../../../gateway/drivers/driver.ts'

/** An output module in virtual time, for vitest's fake timers; its line can be cut and its relays can stick. */
export class VirtualModule implements Driver<WritingLink> {
  hasNumberedReplies = true
  /** Key: `table address`. */
  readonly cells = new Map<string, number>()
  /** Every write, as `at ms: table address = values`. */
  readonly writes: string[] = []
  readonly reads: string[] = []
  connections = 0
  /** How long an answer takes, ms. */
  answerMs = 1
  timeoutMs = 100
  isReachable = true
  isSilent = false
  /** Exception that every write is answered with. */
  exception: number | undefined
  /** Cells that take no write. */
  readonly stuck = new Set<string>()
  #drop: () => void = () => undefined

  /** Closes the connection from its side. */
  hangUp(): void {
    this.#drop()
  }

  async connect(): Promise<ConnectOutcome<WritingLink>> {
    if (!this.isReachable) return { ok: false, detail: '10.0.0.1:502: ECONNREFUSED' }
    this.connections += 1
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    let isOpen = true
    const close = () => {
      isOpen = false
      resolve()
    }
    this.#drop = close
    const exchange = async <T>(
      answer: () => T,
    ): Promise<T | { ok: false; failed: { kind: 'timeout' | 'not-connected' } }> => {
      if (!isOpen) return { ok: false, failed: { kind: 'not-connected' } }
      const ms = this.isSilent ? this.timeoutMs : this.answerMs
      await new Promise((done) => setTimeout(done, ms))
      if (!isOpen) return { ok: false, failed: { kind: 'not-connected' } }
      return this.isSilent ? { ok: false, failed: { kind: 'timeout' } } : answer()
    }
    const link: WritingLink = {
      closed,
      close,
      write: (request) => exchange(() => this.#write(request)),
      read: (request) => exchange(() => this.#read(request as RegisterRequest)),
    }
    return { ok: true, link }
  }

  #write({ table, address, values }: WriteRequest): WriteOutcome {
    this.writes.push(`${Math.round(performance.now())}: ${table} ${address} = ${values}`)
    if (this.exception !== undefined)
      return { ok: false, failed: { kind: 'exception', code: this.exception } }
    for (const [n, value] of values.entries()) {
      const cell = `${table} ${address + n}`
      if (!this.stuck.has(cell)) this.cells.set(cell, value)
    }
    return { ok: true }
  }

  #read({ table, address }: RegisterRequest): ReadOutcome {
    this.reads.push(`${table} ${address}`)
    const value = this.cells.get(`${table} ${address}`) ?? 0
    const isBit = table === 'coil' || table === 'discrete'
    return {
      ok: true,
      data: isBit ? { kind: 'bits', bits: [value !== 0] } : { kind: 'words', words: [value] },
    }
  }
}
