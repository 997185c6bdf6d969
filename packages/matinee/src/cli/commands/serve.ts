import { MatineeError } from '@matinee/core'
import { readCurrent } from '../../shelf/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, remark } from '../io.ts'
import { DEFAULT_ARTIFACTS, folder } from '../open-artifacts.ts'
import { checkedCount, parseNumber } from '../option-flags.ts'
import { packageVersion } from '../package-version.ts'
import { addStoreFlag, storeUrl } from '../store-flags.ts'

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text]
const HOURS = 3_600_000

export const serve: CommandDefinition = {
  summary: 'Answer over HTTP, learn from feedback at once.',
  examples: [
    ['serve', 'the live version of artifacts, on http://127.0.0.1:8080; /docs has all routes'],
    ['serve --store postgres://localhost/shop --retrain-after 10000', 'feedback in PostgreSQL; trained anew whenever 10,000 events have come'],
    ['serve --host 0.0.0.0 --allow-host shop.internal', 'for others too; that needs a key: matinee keys add'],
  ],
  configure(command) {
    command
      .option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
      .option('--host <address>', 'where to listen', '127.0.0.1')
      .option('--port <integer>', '0: a free one', parseNumber, 8080)
      .option('--allow-host <name>', 'answer to this Host name as well; may be given again', collect)
      .option('--cors <origin>', 'let pages of this origin ask, such as https://shop.example; may be given again', collect)
      .option('--rate-limit <integer>', 'requests of a key or an address in a minute (default 6,000; on loopback 10,000,000)', parseNumber)
      .option('--retrain-every <hours>', 'train anew this often', parseNumber)
      .option('--retrain-after <integer>', 'train anew when so many events have come', parseNumber)
      .option('--retain <integer>', 'versions that training anew leaves', parseNumber, 5)
      .option('--log-urls', 'log URLs too; ids of users stand in them')
    addStoreFlag(command)
  },
  async run(_, options, io) {
    const { host, port, rateLimit, retrainEvery, retrainAfter } = options as unknown as Flags
    const dir = folder(options.artifacts as string, io)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new MatineeError('ERR_OPTION', `--port is ${port}, expected an integer from 0 to 65535.`)
    if (retrainEvery !== undefined && !(retrainEvery > 0 && retrainEvery <= 24 * 20)) throw new MatineeError('ERR_OPTION', `--retrain-every is ${retrainEvery}, expected hours above 0 and at most 480.`)
    const [{ startServing, isLoopback }, { openStore }] = await Promise.all([import('../../serve/index.ts'), import('../../store/index.ts')])
    const url = storeUrl(options, io)
    const jobArguments = ['--artifacts', dir, '--store', url, '--quiet']
    await readCurrent(dir) // before a store is made: without a version there is nothing to serve
    const store = await openStore(url)
    const serving = await startServing({
      dir, store, host, port, packageVersion,
      allowHosts: options.allowHost as string[] | undefined ?? [],
      cors: options.cors as string[] | undefined ?? [],
      perMinute: rateLimit === undefined ? isLoopback(host) ? 10_000_000 : 6000 : checkedCount('rate-limit', rateLimit),
      logUrls: options.logUrls === true,
      logTo: text => void (options.json ? io.stderr : io.stdout).write(text),
      commandLine: [process.execPath, ...process.execArgv, process.argv[1]],
      jobArguments: { retrain: [...jobArguments, '--retain', String(checkedCount('retain', options.retain as number))], erase: jobArguments },
      ...(retrainEvery !== undefined && { retrainEveryMs: retrainEvery * HOURS }),
      ...(retrainAfter !== undefined && { retrainAfter: checkedCount('retrain-after', retrainAfter) }),
    })
    const { version, madeKey, needsKey } = serving
    if (options.json) print(io, JSON.stringify({ url: serving.url, version, needsKey, ...(madeKey && { madeKey }) }))
    remark(io, options, `${version} answers on ${serving.url}\n  try   curl '${serving.url}/recommend?user_id=42&n=5'\n  docs  ${serving.url}/docs`)
    remark(io, options, needsKey ? '  Every request needs an API key.' : '  Reading and writing need no key, from this machine only. Ctrl-C ends it.')
    if (madeKey && !options.json) io.stderr.write(`  A key for /admin, shown this once: ${madeKey}\n`)
    await new Promise<void>(resolve => {
      if (io.signal.aborted) resolve()
      else io.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await serving.close()
    remark(io, options, 'Ended; what was asked is answered, what was stored is on disk.')
  },
}

interface Flags {
  readonly host: string
  readonly port: number
  readonly rateLimit?: number
  readonly retrainEvery?: number
  readonly retrainAfter?: number
}
