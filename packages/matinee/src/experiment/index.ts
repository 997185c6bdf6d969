// How do the pieces make one run?
export * from './config.ts'
export * from './fingerprint.ts'
export * from './load.ts'
export * from './profile.ts'
export * from './run.ts'
export * from './reuse.ts'
