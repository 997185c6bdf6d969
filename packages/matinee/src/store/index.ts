// Where does feedback live?
export type * from './contract.ts'
export { eventProblem } from './checks.ts'
export { openStore, type OpenStoreOptions } from './open-store.ts'
