// How good are the lists?
export * from './baselines.ts'
export * from './bootstrap.ts'
export * from './evaluate-model.ts'
export * from './metrics/contract.ts'
export * from './metrics/registry.ts'
export * from './ranks.ts'
export * from './report.ts'
export * from './measure.ts'
