// How does a model become bytes, and come back?
export * from './bundle.ts'
export * from './safetensors.ts'
export * from './start.ts'
export * from './version.ts'
export * from './without-users.ts'
