// `matinee serve` as a process of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { bin } from '../cli/help.ts'

export interface Running { readonly child: ChildProcess, readonly url: string, readonly madeKey: string }

/** `matinee serve` as a process; ready when it has said where it listens. */
export async function startProcess(dir: string, store: string, env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = spawn(process.execPath, [bin, 'serve', '--artifacts', dir, '--store', store, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-4000) })
  const { url, madeKey } = await new Promise<{ url: string, madeKey: string }>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]) as { url: string, madeKey: string })
    })
    child.once('close', code => reject(new Error(`serve ended with ${code}: ${said}`)))
  })
  return { child, url, madeKey }
}

/** Resolves when the process is gone. */
export const ended = (child: ChildProcess): Promise<unknown> => child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise(resolve => child.once('close', resolve))
