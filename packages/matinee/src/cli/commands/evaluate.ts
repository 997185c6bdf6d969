import { meanOf, pickOptions, type MetricsReport } from '@matinee/core'
import { datasetRecord, repeatOptions, repeatsFrom } from '../../experiment/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, remark } from '../io.ts'
import { addDiversityFlags, diversityOptions } from '../list-flags.ts'
import { addLooksFlag, checkLooks, recordLook } from '../looks.ts'
import { aboutLines, lastStepTable, metricsTable, moreTables, protocolLines } from '../metrics-table.ts'
import { profileTables } from '../profile-table.ts'
import { checkOut, keepResult } from '../result-files.ts'
import { addProfileFlag, addRepeatFlags, addRunFlags, jobFrom } from '../run-flags.ts'
import { evaluateJob, jobDocument } from '../run-job.ts'

export const evaluate: CommandDefinition = {
  summary: 'Measure a configuration as train does, in one fit or several, and save no model.',
  examples: [
    ['evaluate --dataset ml-100k --ties file', 'the defaults, with the last line of the file as the last interaction'],
    ['evaluate --dataset ml-100k --factors 32 --k 20 --json', 'recall@20 and the rest, as JSON'],
    ['evaluate --dataset ml-100k --mmr 0.3 --cap genres=3', 'what lists that are less alike cost in ndcg@10'],
    ['evaluate --dataset ml-100k --seeds 5 --tie-seeds 5 --out als.safetensors', '25 fits, kept for `matinee compare`'],
  ],
  configure(command) {
    addRunFlags(command)
    addRepeatFlags(command)
    addProfileFlag(command)
    addDiversityFlags(command)
    addLooksFlag(command)
    command.option('--out <file>', 'keep the result, every user\'s values among it, for compare')
  },
  async run(args, options, io) {
    const lastStep = diversityOptions(options)
    const job = { ...jobFrom(args, options), ...(lastStep && { lastStep }) }
    const repeats = repeatsFrom(job.config, pickOptions(options, repeatOptions))
    const out = options.out as string | undefined
    if (out !== undefined) await checkOut(out, io)
    await checkLooks(options, io)
    const result = await evaluateJob(job, repeats, options, io)
    const { dataset, metrics, perUser } = result
    await recordLook(job, result, options, io)
    if (out !== undefined) await keepResult(out, { dataset: datasetRecord(dataset), config: job.config, metrics, perUser }, io)
    if (options.json) return print(io, JSON.stringify(jobDocument(job, result), null, 2))
    print(io, metricsTable(job.config.model, metrics))
    const more = [...moreTables(job.config.model, metrics), ...lastStepTable(metrics), ...protocolLines(metrics), ...aboutLines(result.about), ...repeatLines(metrics), ...profileTables(result)]
    for (const line of more) print(io, line)
    if (out !== undefined) remark(io, options, `Kept ${out}. Next: matinee compare ${out} OTHER`)
  },
}

// What several fits add to the protocol: which they were, and how far their seeds lie apart.
function repeatLines({ protocol: { seeds, tieSeeds }, runs }: MetricsReport): string[] {
  if (!runs || !seeds || !tieSeeds) return []
  const name = Object.keys(runs[0]).find(each => each.startsWith('ndcg@')) as `ndcg@${number}`
  const bySeed = seeds.map(seed => meanOf(runs.filter(run => run.seed === seed).map(run => run[name])).toFixed(4).replace(/^0/, ''))
  return [
    `${runs.length} fits, averaged for each user first; the intervals draw users, seeds and tie seeds. Tie seeds ${tieSeeds.join(', ')}.`,
    `${name} by seed: ${seeds.map((seed, at) => `${seed} ${bySeed[at]}`).join(', ')}.`,
  ]
}
