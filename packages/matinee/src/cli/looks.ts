// A record of how often the test was looked at, kept by the commands that look.
import { appendFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { datasetRecord } from '../experiment/index.ts'
import { writeError } from '../files/index.ts'
import type { Io } from './io.ts'
import { checkOut } from './result-files.ts'
import type { jobDocument } from './run-job.ts'

/** Adds --looks, for a command that measures on the test. */
export const addLooksFlag = (command: Command): void =>
  void command.option('--looks <file>', 'append a line with this measurement, so that it is on record how often the test was looked at')

/** Throws ERR_IO where the file's folder is not there: to be known before something is fitted. */
export async function checkLooks(options: Readonly<Record<string, unknown>>, io: Io): Promise<void> {
  if (options.looks !== undefined) await checkOut(options.looks as string, io)
}

/** A line of JSON: when, on which data, by which configuration, and what came of it. Throws ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO. */
export async function recordLook(job: Parameters<typeof jobDocument>[0], { dataset, metrics }: Parameters<typeof jobDocument>[1], options: Readonly<Record<string, unknown>>, io: Io): Promise<void> {
  if (options.looks === undefined) return
  const means = Object.fromEntries(Object.entries(metrics).filter(([, value]) => typeof value === 'number'))
  const { name, checksum } = datasetRecord(dataset)
  const line = { at: io.now().toISOString(), dataset: name, checksum, config: { ...job.config, ...job.load }, protocol: metrics.protocol, metrics: means }
  await appendFile(resolve(io.cwd, options.looks as string), `${JSON.stringify(line)}\n`).catch((error: unknown) => { throw writeError(error, options.looks as string) })
}
