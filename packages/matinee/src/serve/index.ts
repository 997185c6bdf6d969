// How do others ask?
export { isLoopback } from './access.ts'
export { makeKey, scopes } from './keys.ts'
export { startServing, type ServeOptions, type Serving } from './serve.ts'
