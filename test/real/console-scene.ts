import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { consoleFiles } from '../../dashboards/console/console-files.ts'
import { alarmOf } from '../console/fake-plant.ts'
import { FakeServer } from '../console/fake-server.ts'
import { Browser } from './browser.ts'

/** The console of a fake server in a real browser. */
export class ConsoleScene implements AsyncDisposable {
  readonly server: FakeServer
  readonly browser: Browser
  readonly page: Page
  readonly url: string

  private constructor(parts: { server: FakeServer; browser: Browser; page: Page; url: string }) {
    this.server = parts.server
    this.browser = parts.browser
    this.page = parts.page
    this.url = parts.url
  }

  static async open(): Promise<ConsoleScene> {
    await using stack = new AsyncDisposableStack()
    const server = new FakeServer({ files: await consoleFiles(), clock: systemClock })
    const url = await server.start()
    stack.defer(() => server.stop())
    const browser = stack.use(await Browser.open())
    const page = await browser.page()
    stack.move()
    return new ConsoleScene({ server, browser, page, url })
  }

  at(id: string): Locator {
    return this.page.getByTestId(id)
  }

  raise(id: string, more: Partial<AlarmView> = {}): void {
    this.server.record(alarmOf(id, systemClock.wall(), { sensorName: 'Methane, pump bay', ...more }), {
      event: 'raised',
      from: 'NORM',
      by: null,
    })
  }

  /** What the browser had to complain about, but for the refusals and failures that a test is about. */
  complaints(): string[] {
    return this.browser.complaints.filter((text) => !/status of [45]\d\d/.test(text))
  }

  /** How far the page is wider than the window; nothing may be cut off. */
  overflow(): Promise<number> {
    return this.page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    ) as Promise<number>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]()
    await this.server.stop()
  }
}

/** What comes to hold within seconds, on a machine that does other things as well. */
export function eventually<T>(what: () => T) {
  return expect.poll(what, { timeout: 60_000 })
}

export const DESK = { width: 1440, height: 900 } as const
export const PHONE = { width: 390, height: 844 } as const
