import { MatineeError } from '@matinee/core'
import { checksumOf, findOrDownload, reusableVersion, runConfig, SYNTHETIC, type RunConfig } from '../../experiment/index.ts'
import { datasetDefinition, type DownloadOptions } from '../../files/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, remark, type CommonOptions, type Io } from '../io.ts'
import { listTable } from '../lists.ts'
import { metricsTable, protocolLines } from '../metrics-table.ts'
import { DEFAULT_ARTIFACTS, folder, openArtifacts, syntheticNote, type OpenedVersion } from '../open-artifacts.ts'
import { software } from '../package-version.ts'
import { progressBar } from '../progress-bar.ts'
import { runJob } from '../run-job.ts'
import { box } from '../table.ts'

const DATASET = 'ml-100k'
const USER = '42'

export const quickstart: CommandDefinition = {
  summary: 'MovieLens 100K from end to end: train, measure, save, recommend for user 42.',
  examples: [
    ['quickstart', 'the first time it trains; afterwards it reuses the version while nothing has changed'],
    ['quickstart --out somewhere --json', 'another folder, and JSON'],
  ],
  configure(command) {
    command.option('--out <dir>', 'folder of the versions', DEFAULT_ARTIFACTS).option('--mirror <url>', 'where to download from instead of GroupLens')
  },
  async run(_, options, io) {
    const config = runConfig({}, {})
    const out = options.out as string
    // With a synthetic version at hand one short try shows whether the network is back.
    const patience = await reusable(SYNTHETIC, config, out, io) ? { tries: 1, stallMs: 1000 } : {}
    const dataset = await availableDataset({ ...patience, mirror: options.mirror as string | undefined }, options, io)
    const reused = await reusable(dataset, config, out, io)
    if (!reused) await runJob({ data: { dataset }, load: {}, config, save: { dir: folder(out, io) } }, options, io)
    const opened = await openArtifacts({ artifacts: out }, io)
    const list = opened.recommender.recommend(userOf(opened))
    if (options.json) {
      return print(io, JSON.stringify({ version: opened.version, reused: reused !== undefined, dataset, metrics: opened.metrics, userId: userOf(opened), ...list }, null, 2))
    }
    show(opened, reused !== undefined, out, io)
    print(io, `\nRecommendations for user ${userOf(opened)}${syntheticNote(opened)}`)
    print(io, listTable(list.recommendations))
    remark(io, options, nextSteps(out, opened))
  },
}

// Found, or downloaded; or, in this command only, the synthetic set, loudly.
async function availableDataset(download: DownloadOptions, options: CommonOptions, io: Io): Promise<string> {
  const bar = await progressBar(io, options)
  try {
    const onRemark = (text: string): void => remark(io, options, text)
    const place = { dataDir: io.env.MATINEE_DATA_DIR, cwd: io.cwd, signal: io.signal, onProgress: bar.onProgress, onRemark }
    await findOrDownload(datasetDefinition(DATASET), download, place)
    return DATASET
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code !== 'ERR_DOWNLOAD') throw error
    bar.stop()
    io.stderr.write(`${box([
      'MovieLens 100K could not be downloaded:',
      ...error.detail.match(/.{1,76}(\s|$)/g) ?? [error.detail],
      '',
      'Going on with the built-in SYNTHETIC data. Users, films and numbers below are made up.',
      'To use the real data, put ml-100k/ into data/ or into MATINEE_DATA_DIR.',
    ])}\n`)
    return SYNTHETIC
  } finally {
    bar.stop()
  }
}

async function reusable(dataset: string, config: RunConfig, out: string, io: Io): Promise<string | undefined> {
  const checksum = await checksumOf(dataset, { dataDir: io.env.MATINEE_DATA_DIR, cwd: io.cwd })
  return reusableVersion(folder(out, io), config, checksum, software)
}

const userOf = ({ recommender }: OpenedVersion): string => recommender.users.indexOf(USER) === undefined ? recommender.users.ids[41] : USER

function show(opened: OpenedVersion, reused: boolean, out: string, io: Io): void {
  const { version, metrics } = opened
  const note = syntheticNote(opened)
  print(io, reused ? `Reusing ${version} in ${out}${note}: configuration and data are unchanged.` : `Trained and saved ${version} in ${out}${note}.`)
  if (!metrics) return
  print(io, metricsTable('als', metrics))
  for (const line of protocolLines(metrics)) print(io, line)
}

function nextSteps(out: string, { recommender }: OpenedVersion): string {
  const artifacts = out === DEFAULT_ARTIFACTS ? '' : ` --artifacts ${out}`
  return [
    '\nTry next:',
    `  npx matinee recommend --user-id ${recommender.users.ids[6]} --n 5${artifacts}`,
    `  npx matinee similar --item-id ${recommender.items.ids[0]}${artifacts}`,
    '  npx matinee train --dataset ml-100k --factors 64 --ties file',
    '  npx matinee train your-events.csv --user customer --item sku --time ts',
    '  npx matinee --help',
  ].join('\n')
}
