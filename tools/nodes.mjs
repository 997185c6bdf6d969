// Other runtimes for the tests: Node 22 and 26, Deno and Bun, each through npm into a folder of its own below .tools/,
// fetched once and kept.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { SetUpError, npm } from './npm.mjs'
import { whileLocked } from './once.mjs'
import { inRoot, pinnedNode } from './paths.mjs'

const exe = process.platform === 'win32' ? '.exe' : ''

/** What the tests run on: the oldest Node that is promised, the one developed on, the newest; and the others that npm carries. */
export const runtimes = /** @type {const} */ ({
  'node 22.12.0': { name: 'node', version: '22.12.0' },
  [`node ${pinnedNode()}`]: { name: 'node', version: pinnedNode() },
  'node 26.10.0': { name: 'node', version: '26.10.0' },
  'deno 2.9.6': { name: 'deno', version: '2.9.6' },
  'bun 1.4.5': { name: 'bun', version: '1.4.5' },
})

/** Where each package puts its program. */
const programs = { node: `bin/node${exe}`, deno: `deno${exe}`, bun: 'bin/bun.exe' } // Bun calls it .exe everywhere

/**
 * The program of a runtime, fetched if it is not there yet.
 * @param {{ name: 'node' | 'deno' | 'bun', version: string }} runtime
 * @returns {Promise<string>} path of the program
 * @throws {SetUpError} if npm cannot fetch it
 */
export async function runtime({ name, version }) {
  const folder = inRoot('.tools', `${name}s`, version)
  const program = inRoot('.tools', `${name}s`, version, 'node_modules', name, ...programs[name].split('/'))
  if (existsSync(program)) return program
  return await whileLocked(`${folder}.lock`, line => process.stderr.write(`${line}\n`), async () => {
    if (existsSync(program)) return program
    const partial = `${folder}.partial`
    for (const rest of [partial, folder]) rmSync(rest, { recursive: true, force: true })
    mkdirSync(partial, { recursive: true })
    writeFileSync(`${partial}/package.json`, JSON.stringify({ private: true, allowScripts: { [name]: true } }))
    await npm(['install', '--prefix', partial, `${name}@${version}`, '--loglevel=error', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: partial, quiet: true })
    renameSync(partial, folder)
    if (!existsSync(program)) throw new SetUpError(`npm installed ${name}@${version} and there is no ${program}.`)
    return program
  })
}
