// A whole process: how long it took and how much memory it had at its peak, by the operating system's account.
import path from 'node:path'
import { inRoot } from '../../tools/paths.mjs'
import { plainEnvironment, startWorker } from './worker.ts'

/** What watch.py says. */
export interface Watched { readonly seconds: number, readonly peakBytes: number, readonly code: number, readonly stdout: string, readonly stderr: string }

/** Runs a program and its arguments to their end; throws what it said when it failed. python: that of the peers. */
export async function watch(python: string, command: readonly string[]): Promise<Watched> {
  const watcher = startWorker(path.basename(command[0]), python, [inRoot('bench', 'peers', 'watch.py'), ...command], plainEnvironment)
  const watched = await watcher.ask<Watched>({ do: 'watch' })
  await watcher.stop()
  if (watched.code !== 0) throw new Error(`${command.join(' ')} ended with ${watched.code}:\n${watched.stderr}`)
  return watched
}
