// Everything between a fresh clone and a working command: Node 24, the locked install under it, the kernels.
//
// Plain JavaScript without dependencies that Node 20 runs, on Windows too. Does nothing, quickly, when nothing is to be done.
// What was installed is compared with the lock, so an install by hand (`npm ci`) counts as well.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SetUpError, npm } from './npm.mjs'
import { buildKernels, kernelsAreCurrent } from './kernels.mjs'
import { whileLocked } from './once.mjs'
import { inRoot, pinnedNode, platform, readJson } from './paths.mjs'

const oldestGood = [24, 10] // what packages/matinee/bin/matinee.mjs needs in a checkout
const stampFile = inRoot('node_modules', '.matinee-setup.json')

/** @param {string} line */
const say = line => process.stderr.write(`set-up: ${line}\n`)

/**
 * Sets up what is missing and gives the Node to go on with.
 *
 * @returns {Promise<{ node: string }>} node: path of a Node 24.10 or newer
 * @throws {SetUpError} with what is wrong and what to do
 */
export async function setUp() {
  const ready = readyNode()
  if (ready && installIsCurrent(ready.version) && kernelsAreCurrent()) return { node: ready.node }
  return await whileLocked(inRoot('.tools', 'setup.lock'), say, async () => {
    const { node, version } = readyNode() ?? await installNode()
    if (!installIsCurrent(version)) await install(node, version)
    if (!kernelsAreCurrent()) {
      say('compiling the kernels')
      await buildKernels({ node })
    }
    return { node }
  })
}

/** The Node that runs this if it is new enough, else the one in .tools/node if it is there. */
function readyNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestGood[0] || (major === oldestGood[0] && minor >= oldestGood[1])) return { node: process.execPath, version: process.versions.node }
  const version = pinnedNode()
  const node = installedNode()
  const manifest = inRoot('.tools', 'node', 'node_modules', 'node', 'package.json')
  return existsSync(node) && existsSync(manifest) && readJson(manifest).version === version ? { node, version } : undefined
}

const installedNode = () => inRoot('.tools', 'node', 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

// On a full disk npm leaves half a package and fails over that later, in words that say nothing of the disk.
/** @param {number} megabytes @param {string} what */
function checkSpace(megabytes, what) {
  const { bavail, bsize } = statfsSync(inRoot())
  const free = Math.floor((bavail * bsize) / 1e6)
  if (free < megabytes) throw new SetUpError(`the disk has ${free} MB free, expected at least ${megabytes} MB for ${what}. Free some and run the same command again.`)
}

async function installNode() {
  const version = pinnedNode()
  const folder = inRoot('.tools', 'node')
  say(`this is Node ${process.versions.node}; getting Node ${version} through npm into .tools/node`)
  checkSpace(300, 'Node')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // The package `node` fetches the machine's build in its install script, which newer npm runs only when approved.
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }))
  await npm(['install', '--prefix', folder, `node@${version}`, '--loglevel=error', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder })
  const node = installedNode()
  if (!existsSync(node)) {
    throw new SetUpError(`npm installed node@${version} and there is no ${node}. Its install script did not run: is npm's ignore-scripts on?`)
  }
  const runs = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  if (runs !== `v${version}`) throw new SetUpError(`${node} says it is ${runs}, expected v${version}. Remove .tools and try again.`)
  return { node, version }
}

/** @param {string} node @param {string} version */
async function install(node, version) {
  say(`installing what package-lock.json names (npm ci, Node ${version}); about half a minute`)
  checkSpace(800, 'what package-lock.json names')
  await npm(['ci', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund'], { node, cwd: inRoot() })
  const wrong = differenceFromLock()
  if (wrong) throw new SetUpError(`npm ci ended well and yet ${wrong}. Remove node_modules and try again.`)
  writeStamp(version)
}

/** @param {string} version */
function installIsCurrent(version) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampOf(version)) return true
  if (differenceFromLock()) return false
  writeStamp(version)
  return true
}

/** @param {string} version */
const stampOf = version => JSON.stringify({
  lock: createHash('sha256').update(readFileSync(inRoot('package-lock.json'))).digest('hex'), node: version, platform,
})

/** @param {string} version */
function writeStamp(version) {
  try {
    writeFileSync(stampFile, stampOf(version))
  } catch (error) {
    // A checkout that somebody else owns is fine to run; it is only compared again the next time.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error
  }
}

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean, os?: string[], cpu?: string[], libc?: string[] }} Entry */

/**
 * What of the lock is not installed as it says, by npm's own record in node_modules; undefined when all is.
 * @returns {string | undefined}
 */
export function differenceFromLock() {
  const record = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(record)) return 'node_modules is not there'
  /** @type {Record<string, Entry>} */
  const installed = readJson(record).packages
  for (const [place, locked] of Object.entries(/** @type {Record<string, Entry>} */ (readJson(inRoot('package-lock.json')).packages))) {
    const found = installed[place]
    const differs = found && (found.version !== locked.version || (locked.integrity && found.integrity !== locked.integrity))
    if (differs || (!found && isNeeded(place, locked))) {
      return `${place} is ${found?.version ?? 'missing'}, expected ${locked.version}`
    }
  }
  return existsSync(inRoot('node_modules', 'node', 'bin')) ? undefined : 'node_modules/node has no binary'
}

// The root and the workspaces' folders are never recorded; of the optional ones only this machine's builds are wanted.
/** @param {string} place @param {Entry} locked */
function isNeeded(place, locked) {
  if (!place.startsWith('node_modules/') && !place.includes('/node_modules/')) return false
  if (!locked.optional) return true
  if (!locked.os || !locked.cpu) return false
  const glibc = process.platform !== 'linux' || 'glibcVersionRuntime' in /** @type {any} */ (process.report.getReport()).header
  return locked.os.includes(process.platform) && locked.cpu.includes(process.arch) && (!locked.libc || locked.libc.includes(glibc ? 'glibc' : 'musl'))
}

/**
 * The frame of every tool that begins with the set-up: a SetUpError is told without a stack, exit code 1.
 * @param {(node: string) => Promise<number>} work gives the exit code
 */
export async function afterSetUp(work) {
  try {
    const { node } = await setUp()
    process.exitCode = await work(node)
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    process.stderr.write(`set-up: ${error.message}\n`)
    process.exitCode = 1
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === inRoot('tools', 'setup.mjs')) {
  await afterSetUp(async node => {
    say(`ready; Node is ${node}`)
    return 0
  })
}
