// Writes package-lock.json: with npm under Node 24 (an older Node leaves out packages that want a newer one), and then
// completed by the builds for other platforms that the registry in use did not have.
//
// A registry mirror that lacks, say, the macOS build of DuckDB makes npm leave it out without a word; `npm ci` then fails wherever
// the registry does have it ("Missing: … from lock file"), or installs nothing to load. Entries added here carry no integrity
// hash, because nobody here could compute it; npm fills it in when the lock is next written beside a full registry.
import { readFileSync, writeFileSync } from 'node:fs'
import { npm } from './npm.mjs'
import { inRoot } from './paths.mjs'

const lockFile = inRoot('package-lock.json')
const namesPlatform = /(?<os>aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(?<cpu>arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(?<abi>.*))?$/

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, engines?: object, optionalDependencies?: Record<string, string> }} Entry */

/**
 * The optional dependencies that a locked package names and the lock does not hold.
 * @param {Record<string, Entry>} packages @returns {{ name: string, version: string, wantedBy: Entry }[]}
 */
export function missingBuilds(packages) {
  const held = new Set(Object.keys(packages).map(place => place.slice(place.lastIndexOf('node_modules/'))))
  return Object.values(packages).flatMap(wantedBy => Object.entries(wantedBy.optionalDependencies ?? {})
    .filter(([name]) => !held.has(`node_modules/${name}`))
    .map(([name, version]) => ({ name, version, wantedBy })))
}

/** @param {{ name: string, version: string, wantedBy: Entry }} build */
function entryOf({ name, version, wantedBy }) {
  const { os, cpu, abi = '' } = namesPlatform.exec(name)?.groups ?? {}
  if (!os || !/^\d/.test(version)) throw new Error(`${name}@${version} is missing from the lock and its name tells no platform; add it by hand.`)
  const libc = os === 'linux' && !abi.includes('eabi') && { libc: [abi.includes('musl') ? 'musl' : 'glibc'] }
  return {
    version, cpu: [cpu], ...(wantedBy.dev && { dev: true }), ...libc, optional: true, os: [os], ...(wantedBy.engines && { engines: wantedBy.engines }),
  }
}

async function writeLock() {
  if (Number(process.versions.node.split('.')[0]) < 24) throw new Error(`write the lock under Node 24, this is ${process.versions.node}.`)
  await npm(['install', '--package-lock-only', '--ignore-scripts'], { cwd: inRoot() })
  const lock = JSON.parse(readFileSync(lockFile, 'utf8'))
  const missing = missingBuilds(lock.packages)
  for (const build of missing) lock.packages[`node_modules/${build.name}`] = entryOf(build)
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`)
  console.error(missing.length ? `added what the registry lacks: ${missing.map(({ name }) => name).join(', ')}` : 'the lock is whole')
}

if (process.argv[1]?.endsWith('lock.mjs')) await writeLock()
