// A Python for the oracles and the benchmark: virtual environments below .tools/ with pinned packages, made once and kept.
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { whileLocked } from '../../tools/once.mjs'
import { inRoot } from '../../tools/paths.mjs'
import { decodeSafetensors, encodeSafetensors, type TensorFile } from '../../packages/core/src/artifact/index.ts'

const run = promisify(execFile)

/** Lists of pinned packages, and the environment that each goes into; buffalo wants another numpy than the rest. A list says what it builds. */
const environments = {
  numpy: { list: inRoot('bench', 'oracles', 'numpy.txt'), folder: inRoot('.tools', 'python') },
  implicit: { list: inRoot('bench', 'oracles', 'implicit.txt'), folder: inRoot('.tools', 'python') },
  lightgbm: { list: inRoot('bench', 'oracles', 'lightgbm.txt'), folder: inRoot('.tools', 'lightgbm') },
  rankers: { list: inRoot('bench', 'peers', 'rankers.txt'), folder: inRoot('.tools', 'rankers') },
  peers: { list: inRoot('bench', 'peers', 'peers.txt'), folder: inRoot('.tools', 'peers') },
  buffalo: { list: inRoot('bench', 'peers', 'buffalo.txt'), folder: inRoot('.tools', 'buffalo') },
  fastapi: { list: inRoot('bench', 'peers', 'fastapi.txt'), folder: inRoot('.tools', 'fastapi') },
  lightfm: { list: inRoot('bench', 'peers', 'lightfm.txt'), folder: inRoot('.tools', 'lightfm') },
} as const

/** What is asked for: a name of `environments`. */
export type Requirements = keyof typeof environments

/** The oracle's program, or why there is none on this machine. */
export type Oracle = { readonly program: string, readonly missing?: undefined } | { readonly missing: string }

/** Makes the environment if need be. Never throws: a machine without Python or without its package index has no oracle. */
export async function pythonWith(requirements: Requirements): Promise<Oracle> {
  const { list, folder } = environments[requirements]
  const program = process.platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python')
  const installed = path.join(folder, `${requirements}.txt`)
  const isReady = (): boolean => existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(list, 'utf8')
  if (isReady()) return { program }
  const system = await systemPython()
  if (!system) return { missing: 'no python3' }
  return await whileLocked(`${folder}.lock`, line => process.stderr.write(`${line}\n`), async () => {
    if (isReady()) return { program }
    try {
      if (!existsSync(program)) await run(system, ['-m', 'venv', folder])
      await run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', '-r', list])
    } catch (error) {
      const { stderr = '', message } = error as { stderr?: string, message: string }
      const reason = (stderr.trim().split('\n').findLast(line => line.startsWith('ERROR')) ?? message.split('\n')[0]).replaceAll(/[()]/g, '')
      return { missing: `python3 has no ${requirements}: ${reason}` }
    }
    copyFileSync(list, installed)
    return { program }
  })
}

async function systemPython(): Promise<string | undefined> {
  for (const name of ['python3', 'python']) {
    const { stdout } = await run(name, ['--version']).catch(() => ({ stdout: '' }))
    if (stdout.startsWith('Python 3')) return name
  }
  return undefined
}

/** Hands a problem to a script beside this file and reads what it wrote; one thread, so that it repeats. */
export async function askOracle(python: string, script: string, problem: TensorFile): Promise<TensorFile> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'matinee-oracle-'))
  try {
    const [question, answer] = [path.join(scratch, 'problem.safetensors'), path.join(scratch, 'factors.safetensors')]
    writeFileSync(question, encodeSafetensors(problem))
    const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
    await run(python, [inRoot('bench', 'oracles', script), question, answer], { env: { ...process.env, ...oneThread, PYTHONDONTWRITEBYTECODE: '1' } })
    return decodeSafetensors(new Uint8Array(readFileSync(answer)), answer)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
