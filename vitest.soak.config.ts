// Long runs, by hand: npm run test:soak.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['matinee-source'] },
  ssr: { resolve: { conditions: ['matinee-source'] } },
  test: {
    include: ['packages/*/test/**/*.soak.test.ts'],
    passWithNoTests: true,
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
})
