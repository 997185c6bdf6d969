// What packs tarballs, starts processes and other runtimes, kills them: one file at a time, with time.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['matinee-source'] },
  ssr: { resolve: { conditions: ['matinee-source'] } },
  test: {
    include: ['packages/*/test/**/*.integration.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
