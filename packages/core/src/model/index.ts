// Who scores the items?
export { fitAls, type AlsFactors } from './als/fit.ts'
export { byHistory, keptSpans, type Histories } from './by-history.ts'
export * from './contract.ts'
export * from './registry.ts'
export * from './top-k.ts'
