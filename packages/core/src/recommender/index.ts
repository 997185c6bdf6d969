// How do I ask for a list by my own ids?
export * from './contract.ts'
export * from './diversify-list.ts'
export * from './fit.ts'
export * from './recommender.ts'
export * from './evaluate.ts'
