// Where does feedback live?
export type * from './contract.ts'
export { openStore, type OpenStoreOptions } from './open-store.ts'
