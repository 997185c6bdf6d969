// Which configuration is best?
export { type Search, type SearchState } from './choose.ts'
export { type Candidate, type Look } from './log.ts'
export { type TuningRecord } from './record.ts'
export { type Narrowed } from './space.ts'
export { tune, type TuneConfig, type Tuned } from './tune.ts'
