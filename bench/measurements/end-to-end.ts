// A file of ratings to a saved model and its numbers, as whole processes: seconds on the wall and peak memory.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { inRoot } from '../../tools/paths.mjs'
import { syntheticCsv } from '../harness/csv.ts'
import { movieLensFolder, type DataName } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { ratios, significant, summary } from '../harness/statistics.ts'
import { watch } from '../harness/watch.ts'
import type { BenchContext, Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['ml-100k', '20m']
const FLAGS = ['--factors', '64', '--iterations', '15', '--regularization', '0.1', '--ties', 'file', '--quiet']

interface File { readonly file: string, readonly separator: string, readonly hasHeader: boolean, readonly flags: readonly string[] }

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
    return { file: await syntheticCsv(name, scratch), separator: ',', hasHeader: true, flags: [] }
  }
  const { definition, folder } = await movieLensFolder(name)
  const flags = ['--user', '0', '--item', '1', '--rating', '2', '--time', '3', '--no-header']
  return { file: path.join(folder, definition.ratings.file), separator: '\t', hasHeader: false, flags }
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
  const ours = [process.execPath, inRoot('bench', 'ours', 'published.mjs'), 'train', file, ...columns, ...FLAGS, '--threads', String(threads), '--out', out('ours')]
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
