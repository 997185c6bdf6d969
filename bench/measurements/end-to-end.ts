// A file of ratings to a saved model and its numbers, as whole processes: seconds on the wall and peak memory.
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import { synthetic } from '@matinee/core'
import { inRoot } from '../../tools/paths.mjs'
import { movieLensFolder, usersOf, type DataName } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { ratios, significant, summary } from '../harness/statistics.ts'
import { plainEnvironment, startWorker } from '../harness/worker.ts'
import type { BenchContext, Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['ml-100k', '20m']
const FLAGS = ['--factors', '64', '--iterations', '15', '--regularization', '0.1', '--ties', 'file', '--quiet']

interface File { readonly file: string, readonly separator: string, readonly hasHeader: boolean, readonly flags: readonly string[] }
interface Watched { readonly seconds: number, readonly peakBytes: number, readonly code: number, readonly stdout: string, readonly stderr: string }

export const endToEnd: Measurement = {
  summary: 'A file of ratings to a saved model and its numbers, whole processes: ours is the built JavaScript, theirs bench/peers/end_to_end.py.',
  async run(context) {
    const { choice, python } = context
    if (python === undefined) return context.say('end-to-end: left out, it watches processes by Python')
    execFileSync(process.execPath, [inRoot('tools', 'build.mjs'), 'matinee'])
    const threads = Math.max(...choice.threads)
    for (const name of choice.data ?? DATA) await measure(context, name, await fileOf(name, context.scratch), threads, python)
  },
}

async function fileOf(name: DataName, scratch: string): Promise<File> {
  if (name !== 'ml-100k') {
    const match = /^(\d+)m$/.exec(name)
    if (!match) throw new Error(`end-to-end knows ml-100k and the synthetic sets, not ${name}.`)
    return { file: await writeCsv(Number(match[1]), path.join(scratch, `${name}.csv`)), separator: ',', hasHeader: true, flags: [] }
  }
  const { definition, folder } = await movieLensFolder(name)
  const flags = ['--user', '0', '--item', '1', '--rating', '2', '--time', '3', '--no-header']
  return { file: path.join(folder, definition.ratings.file), separator: '\t', hasHeader: false, flags }
}

/** The synthetic set as text, rows in the order of time within each user. */
async function writeCsv(millions: number, file: string): Promise<string> {
  const { interactions: { users, items, values, timestamps = new Float64Array() }, userIds, itemIds } = synthetic({ users: usersOf(millions), items: 26_744, interactions: millions * 1e6 })
  const out = createWriteStream(file)
  let text = 'user,item,rating,time\n'
  for (let row = 0; row < users.length; row++) {
    text += `${userIds[users[row]]},${itemIds[items[row]]},${values[row]},${timestamps[row]}\n`
    if (text.length < 1 << 20 && row < users.length - 1) continue
    if (!out.write(text)) await once(out, 'drain')
    text = ''
  }
  out.end()
  await finished(out)
  return file
}

async function measure(context: BenchContext, name: DataName, { file, separator, hasHeader, flags }: File, threads: number, python: string): Promise<void> {
  const peaks: Record<'ours' | 'theirs', number[]> = { ours: [], theirs: [] }
  const timed = async (side: 'ours' | 'theirs', command: readonly string[]): Promise<number> => {
    const watched = await watch(python, command)
    peaks[side].push(watched.peakBytes / 2 ** 20)
    return watched.seconds
  }
  const out = (side: string): string => path.join(context.scratch, `end-to-end-${side}`)
  const columns = flags.length > 0 ? flags : ['--user', 'user', '--item', 'item', '--rating', 'rating', '--time', 'time']
  const ours = [process.execPath, inRoot('bench', 'ours', 'published.ts'), 'train', file, ...columns, ...FLAGS, '--threads', String(threads), '--out', out('ours')]
  const theirs = [python, inRoot('bench', 'peers', 'end_to_end.py'), file, separator, hasHeader ? '1' : '0', out('theirs'), String(threads)]
  const { pairs } = context.choice
  const measured = await alternate(
    () => timed('ours', ours), { 'implicit, pandas': () => timed('theirs', theirs) }, pairs, name === 'ml-100k',
  )
  context.add({ measurement: 'end-to-end', case: { data: name, threads, of: 'time' }, unit: 's', ...measured })
  const [own, others] = [peaks.ours.slice(-pairs), peaks.theirs.slice(-pairs)] // without the warm-up
  const { ofMedians, medianOfPairs } = ratios(own, others)
  context.add({
    measurement: 'end-to-end', case: { data: name, threads, of: 'peak memory' }, unit: 'MiB', ours: summary(own),
    theirs: { 'implicit, pandas': { ...summary(others), ratioOfMedians: significant(ofMedians), medianRatio: medianOfPairs } },
  })
}

// A worker for one answer: watch.py prints one line and ends.
async function watch(python: string, command: readonly string[]): Promise<Watched> {
  const watcher = startWorker(path.basename(command[0]), python, [inRoot('bench', 'peers', 'watch.py'), ...command], plainEnvironment)
  const watched = await watcher.ask<Watched>({ do: 'watch' })
  await watcher.stop()
  if (watched.code !== 0) throw new Error(`${command.join(' ')} ended with ${watched.code}:\n${watched.stderr}`)
  return watched
}
