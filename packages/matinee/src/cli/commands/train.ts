import type { CommandDefinition } from '../command.ts'
import { print, remark } from '../io.ts'
import { addLooksFlag, checkLooks, recordLook } from '../looks.ts'
import { aboutLines, metricsTable, moreTables, protocolLines } from '../metrics-table.ts'
import { DEFAULT_ARTIFACTS, folder } from '../open-artifacts.ts'
import { checkedKeep, parseNumber } from '../option-flags.ts'
import { profileTables } from '../profile-table.ts'
import { addProfileFlag, addRunFlags, jobFrom } from '../run-flags.ts'
import { jobDocument, runJob } from '../run-job.ts'

export const train: CommandDefinition = {
  summary: 'Fit a model, measure it on each user\'s last interaction, and save a version.',
  examples: [
    ['train --dataset ml-100k', 'MovieLens 100K with the defaults; downloaded if need be'],
    ['train events.csv --user customer --item sku --time ts', 'somebody\'s own file'],
    ['train --dataset ml-1m --factors 64 --ties file --out artifacts-1m', 'other options, another folder'],
    ['train --dataset ml-1m --factors 64 --profile', 'where the time went, beside what the machine can do'],
    ['train events.parquet --items items.csv --refit all --json', 'titles from a second file; what is served has seen everything'],
  ],
  configure(command) {
    addRunFlags(command)
    addProfileFlag(command)
    addLooksFlag(command)
    command
      .option('--out <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
      .option('--keep <integer>', 'afterwards keep only so many versions, the live one always', parseNumber)
  },
  async run(args, options, io) {
    const out = options.out as string
    const retain = options.keep === undefined ? undefined : checkedKeep(options.keep as number)
    const job = { ...jobFrom(args, options), save: { dir: folder(out, io), retain } }
    await checkLooks(options, io)
    const result = await runJob(job, options, io)
    await recordLook(job, result, options, io)
    if (options.json) return print(io, JSON.stringify(jobDocument(job, result), null, 2))
    const { dataset, metrics, version, totalMs } = result
    print(io, metricsTable(job.config.model, metrics))
    for (const line of [...moreTables(job.config.model, metrics), ...protocolLines(metrics), ...aboutLines(result.about), ...profileTables(result)]) print(io, line)
    print(io, `Saved ${version} in ${out} after ${(totalMs / 1000).toFixed(1)} s${dataset.synthetic ? ' (synthetic data)' : ''}.`)
    remark(io, options, `Next: matinee recommend --user-id ${dataset.users.ids[0]}${out === DEFAULT_ARTIFACTS ? '' : ` --artifacts ${out}`}`)
  },
}
