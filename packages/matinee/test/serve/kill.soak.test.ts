// 100 kills on each store, where the integration test has ten.
process.env.MATINEE_KILLS = '100'
await import('./kill.integration.test.ts')

export {}
