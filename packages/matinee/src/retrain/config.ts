// The configuration of the next version: that of the live one, but for what is given.
import { modelDefinition, pickOptions } from '@matinee/core'
import { runConfig, runOptions, type RunConfig } from '../experiment/index.ts'

/** manifest: of the live version. Of another model none of its options are kept. Throws ERR_OPTION, ERR_UNKNOWN_NAME. */
export function retrainConfig(
  manifest: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>, modelOptions: Readonly<Record<string, unknown>>,
): RunConfig {
  const before = (manifest.config ?? {}) as Partial<RunConfig>
  const run = { ...pickOptions({ ...before }, runOptions), ...given }
  const isSameModel = runConfig(run, {}).model === before.model
  const kept = isSameModel && before.model ? pickOptions({ ...before.modelOptions }, modelDefinition(before.model).options) : {}
  return { ...runConfig(run, { ...kept, ...modelOptions }), ...(before.splitOptions && { splitOptions: before.splitOptions }) }
}
