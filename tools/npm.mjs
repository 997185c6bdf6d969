// Runs npm, under a Node of our choice and without a shell, and says plainly why it failed.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'

/** A failure whose message is all there is to say: no stack is shown. */
export class SetUpError extends Error {}

/**
 * The JavaScript file that is npm: that of the npm that started us, else the one beside this Node, else the first in PATH.
 * A shell is not needed to start it, on Windows either.
 * @returns {string}
 */
export function npmCli() {
  const started = process.env.npm_execpath
  if (started && path.basename(started) === 'npm-cli.js' && existsSync(started)) return started
  const folders = [path.dirname(process.execPath), ...(process.env.PATH ?? process.env.Path ?? '').split(path.delimiter)]
  for (const folder of folders.filter(Boolean)) {
    const beside = ['node_modules/npm/bin/npm-cli.js', '../lib/node_modules/npm/bin/npm-cli.js', '../share/nodejs/npm/bin/npm-cli.js', '../npm/bin/npm-cli.js']
    for (const place of beside.map(file => path.join(folder, file))) if (existsSync(place)) return place
    const link = path.join(folder, 'npm')
    if (existsSync(link) && realpathSync(link).endsWith('npm-cli.js')) return realpathSync(link)
  }
  throw new SetUpError('npm is missing: it stands neither beside Node nor in PATH. Install Node with npm (https://nodejs.org) and try again.')
}

/**
 * Runs npm and waits for it. Its output goes to stderr, except with `capture`, which gives its stdout back.
 * @param {string[]} args
 * @param {{ node?: string, cwd?: string, env?: NodeJS.ProcessEnv, capture?: boolean, quiet?: boolean }} [options]
 * @returns {Promise<string>} stdout with `capture`, else ''
 */
export async function npm(args, { node = process.execPath, cwd = process.cwd(), env = process.env, capture = false, quiet = false } = {}) {
  const { code, stdout, stderr } = await run(node, [npmCli(), ...args], {
    cwd, env: withNodeFirst(node, env), capture, quiet,
  })
  if (code !== 0) throw new SetUpError(explain(args, code, stderr) + (quiet ? `\n${stdout}${stderr}` : ''))
  return stdout
}

/**
 * The environment in which `node` is what scripts find, whatever the machine has.
 * @param {string} node @param {NodeJS.ProcessEnv} [env] @returns {NodeJS.ProcessEnv}
 */
export function withNodeFirst(node, env = process.env) {
  const name = Object.keys(env).find(key => key.toUpperCase() === 'PATH') ?? 'PATH' // Windows writes it Path
  return { ...env, [name]: [path.dirname(node), env[name] ?? ''].join(path.delimiter) }
}

/**
 * @param {string} file @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, capture: boolean, quiet: boolean }} options
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
function run(file, args, { cwd, env, capture, quiet }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
      if (!capture && !quiet) process.stderr.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
      if (!quiet) process.stderr.write(text)
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code: code ?? 1, stdout, stderr }))
  })
}

// What npm's error code means for somebody who only wanted to start.
const causes = /** @type {const} */ ([
  [/ENOSPC/, 'the disk is full. Free about 1 GB and run the same command again.'],
  [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    'the npm registry cannot be reached. Check the network, the proxy (HTTPS_PROXY) and `npm config get registry`, and run the same command again.'],
  [/EACCES|EPERM|EROFS/, 'npm may not write here. Check who owns the checkout and npm\'s cache (`npm config get cache`).'],
  [/EINTEGRITY/, 'a package does not have the checksum that package-lock.json names. `npm cache clean --force` and try again.'],
  [/EUSAGE/, 'package.json and package-lock.json disagree. Write the lock again with npm under Node 24 (`npm run lock`).'],
])

/** @param {string[]} args @param {number} code @param {string} stderr */
function explain(args, code, stderr) {
  const cause = causes.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'its own messages say why.'
  return `\`npm ${args.join(' ')}\` failed (exit code ${code}): ${cause}`
}
