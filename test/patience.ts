import { vi } from 'vitest'

/**
 * What a test waits for is there in milliseconds on a machine at rest, and in seconds on one whose processors are
 * wanted by others: Vitest gives it one second. A test that names a time of its own makes it part of its claim.
 */
const PATIENCE_MS = 30_000

const { waitFor } = vi

vi.waitFor = (look, options) =>
  waitFor(look, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options })
