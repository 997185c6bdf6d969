// How do versions follow what people do?
export { retrainConfig } from './config.ts'
export { eraseFromVersions, erasedBy, type ErasedVersion, type EraseContext, type IsErased } from './erase.ts'
export { judgeOptions, type Judgement, type JudgeOptions } from './judge.ts'
export { retrain, type Decision, type Retraining } from './retrain.ts'
