// What does everyone share?
export * from './errors.ts'
export * from './ids.ts'
export * from './let-go.ts'
export * from './math.ts'
export * from './nearest.ts'
export * from './options.ts'
export * from './progress.ts'
export * from './random.ts'
