// All commands by name. A new one is one file in commands/ and one line here.
import type { CommandDefinition } from './command.ts'
import { compare } from './commands/compare.ts'
import { datasets } from './commands/datasets.ts'
import { erase } from './commands/erase.ts'
import { evaluate } from './commands/evaluate.ts'
import { explain } from './commands/explain.ts'
import { inspect } from './commands/inspect.ts'
import { keys } from './commands/keys.ts'
import { quickstart } from './commands/quickstart.ts'
import { recommend } from './commands/recommend.ts'
import { report } from './commands/report.ts'
import { retrain } from './commands/retrain.ts'
import { serve } from './commands/serve.ts'
import { similar } from './commands/similar.ts'
import { store } from './commands/store.ts'
import { train } from './commands/train.ts'
import { tune } from './commands/tune.ts'
import { versions } from './commands/versions.ts'

export const commands = {
  quickstart, train, recommend, similar, explain, evaluate, compare, tune, report, versions, inspect, datasets, serve, keys, store, retrain, erase,
} satisfies Record<string, CommandDefinition>
