// What is hidden, and from whom?
export * from './contract.ts'
export * from './registry.ts'
export * from './shared-options.ts'
