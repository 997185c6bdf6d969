// Who scores the items?
export { fitAls, type AlsFactors } from './als/fit.ts'
export { byHistory, historyBetween, historyTensors, keptSpans, restoredHistories, withKeptHistories, type Histories } from './by-history.ts'
export { byLists } from './by-lists.ts'
export * from './contract.ts'
export * from './registry.ts'
export * from './top-k.ts'
export { itemWeightsOf } from './item-weights/state.ts'
export { floatTensor, numberOption, patternOf, patternTensors, tensorData } from './tensors.ts'
