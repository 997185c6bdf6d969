import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { metricsTable, moreTables, protocolLines } from '../metrics-table.ts'
import { profileTables } from '../profile-table.ts'
import { addProfileFlag, addRunFlags, jobFrom } from '../run-flags.ts'
import { jobDocument, runJob } from '../run-job.ts'

export const evaluate: CommandDefinition = {
  summary: 'Measure a configuration as train does, and save nothing.',
  examples: [
    ['evaluate --dataset ml-100k --ties file', 'the defaults, with the last line of the file as the last interaction'],
    ['evaluate --dataset ml-100k --factors 32 --k 20 --json', 'recall@20 and the rest, as JSON'],
  ],
  configure(command) {
    addRunFlags(command)
    addProfileFlag(command)
  },
  async run(args, options, io) {
    const job = jobFrom(args, options)
    const result = await runJob(job, options, io)
    if (options.json) return print(io, JSON.stringify(jobDocument(job, result), null, 2))
    print(io, metricsTable(job.config.model, result.metrics))
    for (const line of [...moreTables(job.config.model, result.metrics), ...protocolLines(result.metrics), ...profileTables(result)]) print(io, line)
  },
}
