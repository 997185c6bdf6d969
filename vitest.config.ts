import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['matinee-source'] },
  ssr: { resolve: { conditions: ['matinee-source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts'],
    exclude: ['**/*.integration.test.ts', '**/*.soak.test.ts', '**/node_modules/**'],
    pool: 'threads',
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
})
