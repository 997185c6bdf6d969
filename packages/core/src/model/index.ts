// Who scores the items?
export { fitAls, type AlsFactors } from './als/fit.ts'
export * from './contract.ts'
export * from './registry.ts'
export * from './top-k.ts'
