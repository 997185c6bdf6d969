// A server that is measured: a process that says its address on a line, and is asked until it answers.
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { killedAtTheEnd } from './worker.ts'

/** Of a start: reading artifacts of a million items takes seconds. */
const PATIENCE_MS = 120_000

export interface Server {
  /** http://127.0.0.1:PORT */
  readonly address: string
  stop(): Promise<void>
}

/** How a program is started, and when it is ready. */
export interface Start {
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Asked until it is answered with 200. */
  readonly path: string
  /** What it says on stdout goes there, and its address stands on stderr; else either may have it. */
  readonly logFile?: string
}

/** Starts a program. Throws what it said where it ends before it is ready. */
export async function startServer({ program, args, env, path, logFile }: Start): Promise<Server> {
  const child = spawn(program, args, { env, stdio: ['ignore', logFile === undefined ? 'pipe' : openSync(logFile, 'w'), 'pipe'] })
  const forget = killedAtTheEnd(() => { child.kill('SIGKILL') })
  let said = ''
  let address: string | undefined
  let ended: string | undefined
  const gone = new Promise<void>(resolve => child.once('close', (code, signal) => { ended = String(signal ?? code); forget(); resolve() }))
  child.once('error', error => { ended = error.message })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => { // read to the end, or the pipe fills up and the program waits
      if (address !== undefined) return
      said += chunk.toString()
      address = /https?:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
    })
  }
  const answers = async (): Promise<boolean> => address !== undefined && (await fetch(address + path).catch(() => undefined))?.status === 200
  for (const until = performance.now() + PATIENCE_MS; !await answers();) {
    if (ended === undefined && performance.now() < until) {
      await new Promise(resolve => setTimeout(resolve, 50))
      continue
    }
    child.kill('SIGKILL')
    throw new Error(`${program} ${args.join(' ')} ${ended === undefined ? `does not answer ${path} with 200` : `ended (${ended})`}: ${said.slice(-4000).trim()}`)
  }
  return {
    address: String(address),
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
