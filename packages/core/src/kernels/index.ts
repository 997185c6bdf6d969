// How is the arithmetic done quickly?
export * from './ahead.ts'
export * from './choose.ts'
export * from './contract.ts'
export { confidence, normalEquations, solveRow } from './reference/als.ts'
export { addDiagonal, cholesky, gramOf, solveCholesky } from './reference/linear-algebra.ts'
export { threadsOf } from './wasm/als.ts'
export { layOutAls } from './wasm/layout.ts'
export { randomRanks } from './wasm/random-ranks.ts'
