// In what order do candidates come out?
export * from './lambdamart.ts'
export * from './ndcg.ts'
export * from './options.ts'
export * from './rows.ts'
