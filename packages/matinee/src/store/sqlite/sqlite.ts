// SQLite as it is seen from the event loop: a thread that owns the file, asked by messages.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { MatineeError, type ErrorCode } from '@matinee/core'
import type { Backend } from '../backend.ts'
import type { Answer, ReadName } from '../reads.ts'
import type { Head } from '../schema.ts'
import type { Write } from '../writes.ts'
import { sizeOfFile } from './size.ts'

/** What the thread is told, */
export type Told =
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  | { readonly kind: 'commit', readonly writes: readonly Write[] }
  | { readonly kind: 'read', readonly name: ReadName, readonly args: readonly unknown[] }
/** with a number to answer to, */
export interface ToWorker { readonly id: number, readonly told: Told }
/** and what it says; a fault without a code is one of our own. */
export type FromWorker = { readonly id: number } & ({ readonly answer: unknown } | { readonly fault: { readonly code?: ErrorCode, readonly detail: string } })

// as in tune/looker.ts: the source as it is, or the file that the build made of it
const isSource = import.meta.url.endsWith('.ts')
const program = isSource
  ? new URL('./worker.ts', import.meta.url)
  : join(createRequire(import.meta.url).resolve('matinee/package.json'), '..', 'dist', 'store', 'sqlite', 'worker.js')
const execArgv = isSource ? ['--conditions=matinee-source', '--disable-warning=ExperimentalWarning'] : []

/** Opens the file, or creates it unless it must exist. Throws ERR_STORE, ERR_STORE_BUSY, ERR_STORE_NEWER. */
export async function openSqlite(url: string, mustExist: boolean): Promise<Backend> {
  const path = resolve(url)
  if (mustExist && !existsSync(path)) throw new MatineeError('ERR_STORE', `there is no store ${path}.`)
  const ask = startThread(path)
  const head = await ask({ kind: 'open' }).catch(async (error: unknown) => {
    await ask({ kind: 'close' }).catch(() => undefined)
    throw error
  }) as Head
  return {
    kind: 'sqlite',
    head,
    commit: writes => ask({ kind: 'commit', writes }) as Promise<readonly unknown[]>,
    read: (name, ...args) => ask({ kind: 'read', name, args }) as Promise<Answer<typeof name>>,
    sizeBytes: async () => sizeOfFile(path),
    close: async () => void await ask({ kind: 'close' }),
  }
}

/** Starts the thread; while a question is open it keeps the process alive, and no longer. */
function startThread(path: string): (told: Told) => Promise<unknown> {
  const worker = new Worker(program, { execArgv, workerData: path })
  const open = new Map<number, { readonly resolve: (answer: unknown) => void, readonly reject: (error: Error) => void }>()
  let nAsked = 0
  let ended: Error | undefined
  worker.unref()
  worker.on('message', (said: FromWorker) => {
    const asked = open.get(said.id)
    open.delete(said.id)
    if (open.size === 0) worker.unref()
    if ('answer' in said) asked?.resolve(said.answer)
    else asked?.reject(said.fault.code ? new MatineeError(said.fault.code, said.fault.detail) : new Error(said.fault.detail))
  })
  const end = (error: Error): void => {
    ended ??= error
    for (const { reject } of open.values()) reject(error)
    open.clear()
  }
  worker.on('error', error => end(new MatineeError('ERR_STORE', `the thread that writes ${path} died: ${error.message}.`, { cause: error })))
  worker.on('exit', () => end(new MatineeError('ERR_STORE', `the thread that writes ${path} has ended.`)))
  return told => new Promise((resolve, reject) => {
    if (ended) return reject(ended)
    const id = nAsked++
    open.set(id, { resolve, reject })
    worker.ref()
    worker.postMessage({ id, told } satisfies ToWorker)
  })
}
