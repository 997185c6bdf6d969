import { allModels, compareOptions, compareRuns, MatineeError, modelDefinition, pickOptions, type Operand } from '@matinee/core'
import { basename } from 'node:path'
import { datasetRecord, differingFields, repeatOptions, repeatsFrom, runOptions, type Result } from '../../experiment/index.ts'
import type { CommandDefinition } from '../command.ts'
import { comparisonLines } from '../compare-table.ts'
import { print, type CommonOptions, type Io } from '../io.ts'
import { protocolLines } from '../metrics-table.ts'
import { DEFAULT_ARTIFACTS, folder } from '../open-artifacts.ts'
import { pickOptionsOf } from '../option-flags.ts'
import { openResult } from '../result-files.ts'
import { addRepeatFlags, addRunFlags, jobFrom } from '../run-flags.ts'
import { evaluateJob } from '../run-job.ts'

type Flags = Readonly<Record<string, unknown>>
interface Named { readonly label: string, readonly result: Result }

const { rank: _, ...ownOptions } = runOptions

export const compare: CommandDefinition = {
  summary: 'Say whether results differ by more than chance: user by user, with intervals and paired tests.',
  examples: [
    ['compare 2026-11-23T20-10-55Z-als 2026-11-23T20-12-01Z-popularity', 'two versions in artifacts/'],
    ['compare als.safetensors other.safetensors --metric recall@10', 'two results that evaluate --out kept'],
    ['compare --models popularity,als --dataset ml-100k --seeds 5 --tie-seeds 5', 'fit, measure and compare in one go'],
  ],
  configure(command) {
    addRunFlags(command, ownOptions, ['[results...]', 'versions or kept results, at least two; with --models instead of them at most a file of events'])
    addRepeatFlags(command)
    command.optionsGroup('Comparison:')
      .option('--models <names>', 'fit and compare these, separated by commas; an option goes to the models that have it')
      .option('--metric <name>', 'what is compared (default ndcg at the k measured)')
      .option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
  },
  async run(args, options, io) {
    const models = options.models === undefined ? undefined : namesOf(options.models as string)
    const results = models ? await fitAll(models, args, options, io) : await openAll(args, options, io)
    const [{ result: first }] = results
    const metric = options.metric as string | undefined ?? Object.keys(first.perUser.values).find(name => name.startsWith('ndcg@')) ?? ''
    const operands = results.map(({ label, result }): Operand => ({ label, runs: result.perUser, seedless: modelDefinition(result.config.model).seedless }))
    const comparison = compareRuns(operands, metric, pickOptions(options, compareOptions))
    if (options.json) return print(io, JSON.stringify({ ...comparison, dataset: first.dataset, protocol: first.metrics.protocol, configs: results.map(({ result }) => result.config) }, null, 2))
    for (const line of [...comparisonLines(comparison), ...protocolLines(first.metrics)]) print(io, line)
  },
}

// Kept results: all by the same rules, whatever the models.
async function openAll(named: readonly string[], { artifacts }: Flags, io: Io): Promise<Named[]> {
  if (named.length < 2) throw new MatineeError('ERR_USAGE', `${named.length} results were named, expected at least two, or --models.`)
  const results: Result[] = []
  for (const each of named) results.push(await openResult(each, folder(artifacts as string, io), io))
  results.forEach((result, at) => {
    const differing = differingFields(results[0], result)
    if (differing.length > 0) throw new MatineeError('ERR_UNLIKE', `${named[0]} and ${named[at]} were not measured alike: ${differing.join('; ')}.`)
  })
  return labelled(named, results)
}

// By their models where these tell them apart, else as they were typed.
function labelled(named: readonly string[], results: readonly Result[]): Named[] {
  const models = results.map(({ config }) => config.model)
  const labels = new Set(models).size === models.length ? models : named.map(each => basename(each).replace(/\.safetensors$/, ''))
  return results.map((result, at) => ({ label: labels[at], result }))
}

async function fitAll(models: readonly string[], args: readonly string[], options: Flags, io: Io): Promise<Named[]> {
  const given = Object.keys(pickOptionsOf(allModels, options))
  const has = (model: string, name: string): boolean => Object.hasOwn(modelDefinition(model).options, name)
  const nobodys = given.find(name => !models.some(model => has(model, name)))
  if (nobodys) throw new MatineeError('ERR_OPTION', `none of ${models.join(', ')} has the option "${nobodys}".`)
  const jobs = models.map(model => {
    const own = Object.entries(options).filter(([name]) => !given.includes(name) || has(model, name))
    const job = jobFrom(args, { ...Object.fromEntries(own), model })
    return { job, repeats: repeatsFrom(job.config, pickOptions(options, repeatOptions)) }
  })
  const results: Named[] = []
  for (const { job, repeats } of jobs) {
    const { dataset, metrics, perUser } = await evaluateJob(job, repeats, options as CommonOptions, io)
    results.push({ label: job.config.model, result: { dataset: datasetRecord(dataset), config: job.config, metrics, perUser } })
  }
  return results
}

function namesOf(text: string): string[] {
  const names = text.split(',').map(name => name.trim()).filter(Boolean)
  if (names.length >= 2 && new Set(names).size === names.length) return names
  throw new MatineeError('ERR_USAGE', `--models is "${text}", expected at least two different models separated by commas.`)
}
