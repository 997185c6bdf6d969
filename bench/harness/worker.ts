// A process that takes commands, one JSON document a line, and answers each with one line; it lives as long as the run.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import path from 'node:path'

export interface Worker {
  readonly name: string
  /** Throws what the other side answers as its error, or that it ended. */
  ask<Answer>(command: { readonly do: string } & Readonly<Record<string, unknown>>): Promise<Answer>
  stop(): Promise<void>
}

// A BLAS in threads of its own fights with the library's, so it has one, as implicit's authors advise. What somebody set for
// the choice of its kernels is taken away: the library is to run as it runs on this machine.
const unset = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE', 'NODE_OPTIONS']
/** The environment of a program of a peer's that sees to its BLAS itself. */
export const plainEnvironment: NodeJS.ProcessEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !unset.includes(name)))

/** The environment of every peer's worker. */
export const peerEnvironment: NodeJS.ProcessEnv = {
  ...plainEnvironment,
  OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1',
}

// A group of its own, so that what a worker starts ends with it.
const canSignalGroups = process.platform !== 'win32'
const killers = new Set<() => void>()
/** Ends every worker and server that is still there and what it has started, whatever they are at. */
export const killWorkers = (): void => { for (const kill of killers) kill() }
/** Another process that shall end with them; gives what takes it off the list. */
export function killedAtTheEnd(kill: () => void): () => void {
  killers.add(kill)
  return () => { killers.delete(kill) }
}

/** Starts a worker; what it says on stderr is kept for its error. */
export function startWorker(name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Worker {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: canSignalGroups })
  const kill = (): void => {
    if (child.pid === undefined) return
    if (canSignalGroups) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  }
  killers.add(kill)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-4000) })
  let failure: Error | undefined
  const waiting: { resolve: (line: string) => void, reject: (error: Error) => void }[] = []
  const fail = (error: Error): void => {
    failure ??= error
    for (const { reject } of waiting.splice(0)) reject(failure)
  }
  const ended = new Promise<void>(resolve => {
    child.on('error', error => { killers.delete(kill); fail(error); resolve() })
    child.on('close', (code, signal) => { killers.delete(kill); fail(new Error(`the ${name} worker ended (${signal ?? code}): ${said.trim()}`)); resolve() })
  })
  child.stdin.on('error', () => {}) // told by 'close'
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.resolve(line))

  return {
    name,
    async ask<Answer>(command: { readonly do: string }): Promise<Answer> {
      if (failure) throw failure
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${JSON.stringify(command)}\n`)
      })
      const answer = JSON.parse(line) as Answer & { error?: string }
      if (answer.error !== undefined) throw new Error(`${path.basename(name)}, ${command.do}: ${answer.error}`)
      return answer
    },
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}
