// Where does feedback live?
export type * from './contract.ts'
