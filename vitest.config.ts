import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: Vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/after-each-file.ts'],
    // Several files at a time share two processors, and some of them start whole plants. Only what hangs is meant to be
    // ended by this: what a test waits for has a shorter time, and says what was missing.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // As long as vi.waitFor waits: test/patience.ts.
    expect: { poll: { timeout: 30_000 } },
    dangerouslyIgnoreUnhandledErrors: false,
  },
})
