// What the tests of the service share: a small catalogue and its version on disk, a service over them, a client.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fit, open as openBytes, seededRandom } from '@matinee/core'
import { onTestFinished } from 'vitest'
import { save } from '../../src/folders.ts'
import { createClient, type Client, type ClientOptions } from '../../src/serve/client.ts'
import { startServing, type ServeOptions, type Serving } from '../../src/serve/serve.ts'
import { openStore } from '../../src/store/index.ts'

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'matinee-serve-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

const GENRES = ['Drama', 'Comedy', 'Horror']

/** Saves a version of 40 users and 30 items: u1 …, i1 …, one in three a drama. seed: another one, another model. */
export function saveVersion(dir: string, model = 'als', seed = 1): Promise<string> {
  const name = `${model} ${seed}`
  const bytes = made.get(name) ?? made.set(name, fitted(model, seed)).get(name) as Promise<Uint8Array>
  return bytes.then(async whole => save(await openBytes(whole), dir))
}

const made = new Map<string, Promise<Uint8Array>>()

async function fitted(model: string, seed: number): Promise<Uint8Array> {
  const { below } = seededRandom(seed)
  const events = Array.from({ length: 400 }, (_, at) => ({ userId: `u${1 + at % 40}`, itemId: `i${1 + below(30)}`, rating: 1 + below(5), timestamp: at }))
  const items = Array.from({ length: 30 }, (_, at) => ({ itemId: `i${at + 1}`, title: `Star ${at + 1} "é"`, genres: [GENRES[at % 3]], year: 1970 + at }))
  const options = { als: { factors: 8, iterations: 2, alpha: 2, regularization: 1 }, lambdamart: { minDataInLeaf: 5 } }[model] ?? {}
  return save(await fit(events, { model, items, seed, ...options }))
}

export interface Started extends Serving {
  readonly dir: string
  readonly storePath: string
  readonly log: string[]
  /** A client, by default without a key. */
  client(options?: ClientOptions): Client
  /** As fetch, with a path. */
  ask(path: string, init?: RequestInit): Promise<Response>
}

export type StartOptions = Partial<ServeOptions> & { readonly model?: string, readonly storePath?: string }

/** A service over a folder, by default a new one with a version; it is closed when the test is over. */
export async function startService({ dir, model, ...options }: StartOptions = {}): Promise<Started> {
  const folder = dir ?? temporaryFolder()
  if (dir === undefined) await saveVersion(folder, model)
  const started = await startForFile({ ...options, dir: folder })
  onTestFinished(() => started.close())
  return started
}

/** The same for several tests, which close it when they are over. */
export async function startForFile({ dir: folder, storePath, ...options }: StartOptions & { readonly dir: string }): Promise<Started> {
  const file = storePath ?? join(folder, 'feedback.sqlite')
  const log: string[] = []
  const serving = await startServing({
    dir: folder, host: '127.0.0.1', port: 0, store: await openStore(file), allowHosts: [], cors: [], perMinute: 1e9, logUrls: false, packageVersion: '0.0.0',
    commandLine: [process.execPath, '-e', 'console.log(process.argv.slice(1).join(" "))', '--'],
    jobArguments: { retrain: [], erase: [] },
    logTo: text => void log.push(text),
    ...options,
  })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => closed ??= serving.close()
  return {
    ...serving, dir: folder, storePath: file, log, close,
    client: clientOptions => createClient(serving.url, clientOptions),
    ask: (path, init) => fetch(serving.url + path, init),
  }
}

/** Waits until something holds; for what other processes and timers do. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise(resolve => setTimeout(resolve, 20))
}

/** The keys of all events in a store, in their order. */
export async function storedKeys(url: string): Promise<string[]> {
  const store = await openStore(url)
  const keys: string[] = []
  for (let sequence = 0, last = -1; last !== sequence;) {
    last = sequence
    for (const change of await store.changesAfter(sequence, 1000)) {
      if (change.kind === 'event') keys.push(String(change.event.key))
      ;({ sequence } = change)
    }
  }
  await store.close()
  return keys
}
