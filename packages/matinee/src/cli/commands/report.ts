import { MatineeError } from '@matinee/core'
import { writeFile } from 'node:fs/promises'
import type { MeasuredVersion, intervalChart } from '../../report/index.ts'
import { listVersions } from '../../shelf/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, type Io } from '../io.ts'
import { DEFAULT_ARTIFACTS, folder, openArtifacts, type OpenedVersion } from '../open-artifacts.ts'
import { checkedThreads, differingFields, type Measured } from '../../experiment/index.ts'
import { parseNumber } from '../option-flags.ts'
import { software } from '../package-version.ts'
import { progressBar } from '../progress-bar.ts'
import { table } from '../table.ts'

const MOST = 8

export const report: CommandDefinition = {
  summary: 'One page of HTML about versions that were measured alike: comparison, curves, lists.',
  examples: [
    ['report', 'the newest version of each model in artifacts/ that is comparable with the live one, as report.html'],
    ['report 2026-11-23T20-10-55Z-als 2026-11-23T20-12-01Z-ease --out als-ease.html', 'these two'],
    ['report --json', 'the numbers behind the pictures'],
  ],
  configure(command) {
    command
      .argument('[versions...]', `names of versions, at most ${MOST}`)
      .option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
      .option('--out <file>', 'where the page goes', 'report.html')
      .option('--threads <integer>', 'threads; changes no result (default: all cores)', parseNumber)
  },
  async run(names, options, io) {
    const threads = checkedThreads(options.threads as number | undefined)
    const { intervalChart, measureVersions, reportHtml } = await import('../../report/index.ts') // what draws takes a while to load
    const opened = await openAll(names, options, io)
    const bar = await progressBar(io, options)
    const inputs = opened.map(({ version, manifest, metrics, recommender }) => ({ version, manifest, metrics: measuredBy(version, metrics), recommender }))
    const versions = await measureVersions(inputs, { threads, signal: io.signal, onProgress: bar.onProgress }).finally(bar.stop)
    const out = folder(options.out as string, io)
    const page = reportHtml(versions, { createdAt: io.now(), software })
    await writeFile(out, page).catch((cause: unknown) => {
      throw new MatineeError('ERR_IO', `${out} cannot be written: ${(cause as Error).message}`, { cause })
    })
    if (options.json) return print(io, JSON.stringify({ out, versions: versions.map(document) }, null, 2))
    print(io, summary(versions, intervalChart))
    print(io, `Wrote ${options.out as string}, ${(page.length / 1000).toFixed(0)} kB.`)
  },
}

const measuredBy = (version: string, metrics: OpenedVersion['metrics']): Exclude<OpenedVersion['metrics'], undefined> => {
  if (metrics) return metrics
  throw new MatineeError('ERR_OPTION', `${version} holds no metrics.json, expected a version that was measured (matinee train).`)
}

// Those that were named; or the newest of each model that is comparable with the live one.
async function openAll(names: readonly string[], options: Readonly<Record<string, unknown>>, io: Io): Promise<OpenedVersion[]> {
  if (names.length > MOST) throw new MatineeError('ERR_USAGE', `${names.length} versions were named, expected at most ${MOST}.`)
  const open = (artifactVersion?: string): Promise<OpenedVersion> => openArtifacts({ ...options, artifactVersion }, io)
  if (names.length > 0) {
    const opened = await Promise.all(names.map(open))
    for (const other of opened.slice(1)) {
      const differing = differencesOf(opened[0], other)
      if (differing.length > 0) throw new MatineeError('ERR_UNLIKE', `${opened[0].version} and ${other.version} were not measured alike: ${differing.join('; ')}.`)
    }
    return opened
  }
  const live = await open()
  const others = (await listVersions(folder(options.artifacts as string, io))).filter(({ name, manifest }) => name !== live.version && manifest)
  const chosen = [live]
  const taken = new Set([modelOf(live)])
  for (const { name, label } of others) {
    if (taken.has(label) || chosen.length === MOST) continue
    const other = await open(name)
    if (!other.metrics || differencesOf(live, other).length > 0) continue
    taken.add(modelOf(other))
    chosen.push(other)
  }
  return chosen
}

const modelOf = ({ manifest }: OpenedVersion): string => (manifest.config as { model: string }).model

const differencesOf = (a: OpenedVersion, b: OpenedVersion): string[] => {
  const measured = ({ version, manifest, metrics }: OpenedVersion): Measured => ({ dataset: manifest.dataset as Measured['dataset'], metrics: measuredBy(version, metrics) })
  return differingFields(measured(a), measured(b))
}

const document = ({ version, label, curve, coverage, metrics }: MeasuredVersion): object => ({ version, label, coverage, curve, metrics })

function summary(versions: readonly MeasuredVersion[], chart: typeof intervalChart): string {
  const [{ metrics }] = versions
  const name = (Object.keys(metrics).find(each => each.startsWith('ndcg@')) ?? 'ndcg@10') as `${string}@${number}`
  const recall = name.replace('ndcg', 'recall') as typeof name
  const rows = [
    ...versions.map(({ label, metrics: own }) => ({ label, mean: own[name], interval: own.intervals[name] })),
    ...Object.entries(metrics.baselines).map(([label, own]) => ({ label, mean: own[name], interval: own.intervals[name] })),
  ]
  const numbers = versions.map(({ label, metrics: own, coverage }) => [label, own[name].toFixed(4), own[recall].toFixed(4), `${(100 * coverage).toFixed(1)} %`])
  return `${chart(name, rows)}\n${table(['model', name, recall, 'coverage'], numbers)}`
}
