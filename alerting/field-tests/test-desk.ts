import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { TestView } from '../../contracts/test-api.ts'
import type { TestSpan } from '../../contracts/test-words.ts'
import { actedFrom, Changes, type Evaluation } from '../evaluation.ts'
import type { StateStore } from '../journal/state-store.ts'
import type { FieldTest, KeptTest } from './field-test.ts'
import type { FieldTests, KeptTests } from './field-tests.ts'
import { MAX_TEST_MS, type TestOrder } from './test-order.ts'
import { testView } from './test-view.ts'

export interface TestDeskOptions {
  facility: () => Pick<Facility, 'id' | 'timezone'>
  /** Others, that go on with them, once the facility file was exchanged. */
  tests: () => FieldTests
  states: Pick<StateStore, 'tests'>
  /** Everything that falls due until now happens; resolves once it stands in the journal. */
  advance: () => Promise<void>
  /** Resolves once it stands in the journal. */
  record: (evaluation: Evaluation) => Promise<void>
  /** Epoch ms. */
  now: () => number
}

/** Read at once when it is asked when a sensor was tested. */
const SPAN_PAGE = 100

/** What of the tests is asked for; newest first. */
export interface TestPage {
  isRunning?: boolean
  /** Tests before this number. */
  before?: number
  limit: number
}

/** What a start needs of them. */
export async function keptTests(states: Pick<StateStore, 'tests'>, facility: string): Promise<KeptTests> {
  const [newest] = await states.tests({ facility, limit: 1 })
  const running = await states.tests({ facility, isRunning: true, limit: Number.MAX_SAFE_INTEGER })
  return { newest: newest?.number ?? 0, running }
}

/** Where people start, end and look at the bump and proof tests of one facility. */
export class TestDesk {
  readonly #options: TestDeskOptions

  constructor(options: TestDeskOptions) {
    this.#options = options
  }

  /** It is in a test now. */
  isTested(sensor: string): boolean {
    return this.#options.tests().isTested(sensor)
  }

  /** Resolves once it stands in the journal. @throws CodedError with the reason of a refusal */
  start(order: TestOrder): Promise<TestView> {
    return this.#change((tests, now, changes) => tests.start(order, now, changes), order.address)
  }

  /** Likewise. @throws CodedError TEST_UNKNOWN or TEST_ENDED */
  end(id: string, { by, address }: { by: string; address?: string }): Promise<TestView> {
    if (!/^[1-9][0-9]{0,14}$/.test(id)) return Promise.reject(new CodedError('TEST_UNKNOWN', `test ${id}`))
    return this.#change((tests, now, changes) => tests.end(Number(id), by, now, changes), address)
  }

  /** What runs, and what the journal does not have yet, is as it is now. */
  async list({ isRunning, before = Number.MAX_SAFE_INTEGER, limit }: TestPage): Promise<TestView[]> {
    const { facility, tests, states } = this.#options
    const state = isRunning === undefined ? {} : { isRunning }
    const kept = await states.tests({ facility: facility().id, ...state, before, limit })
    const found = new Map(kept.map((test) => [test.number, test]))
    for (const test of tests().current()) {
      const { number } = test.terms
      const isWanted = isRunning === undefined || (test.ended === null) === isRunning
      if (isWanted && number < before) found.set(number, test.keep(0))
      else found.delete(number)
    }
    const newest = [...found.values()].sort((a, b) => b.number - a.number).slice(0, limit)
    return newest.map((test) => testView(facility(), test))
  }

  /** When a sensor was in tests, since then, epoch ms. */
  async spans(sensor: string, since: number): Promise<TestSpan[]> {
    const { facility, tests, states } = this.#options
    const found = new Map<number, KeptTest>()
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const page = await states.tests({ facility: facility().id, before, limit: SPAN_PAGE })
      for (const test of page) found.set(test.number, test)
      const last = page.at(-1)
      // Those before have ended before.
      if (page.length < SPAN_PAGE || last === undefined || last.started < since - MAX_TEST_MS) break
      before = last.number
    }
    for (const test of tests().current()) found.set(test.terms.number, test.keep(0))
    return [...found.values()]
      .filter(({ sensors }) => sensors.some((tested) => tested.sensor === sensor))
      .map(({ started, ended }) => ({ from: started, to: ended ?? Number.POSITIVE_INFINITY }))
      .filter(({ to }) => to > since)
  }

  async #change(
    work: (tests: FieldTests, now: number, changes: Changes) => FieldTest,
    address: string | undefined,
  ): Promise<TestView> {
    const { facility, tests, advance, record, now } = this.#options
    const before = advance()
    const changes = new Changes(facility().id)
    let test: FieldTest
    try {
      test = work(tests(), now(), changes)
    } catch (error) {
      // What had fallen due happened all the same; a journal that fails is told by itself.
      before.catch(() => undefined)
      throw error
    }
    await Promise.all([before, record(actedFrom(changes, address))])
    return testView(facility(), test.keep(0))
  }
}
