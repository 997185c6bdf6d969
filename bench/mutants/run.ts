// The planted-bug run: puts one bug at a time into a copy of the repository and asks the tests of core whether they notice.
//
//     node bench/mutants/run.ts                        every mutant
//     node bench/mutants/run.ts --only 'gram|csr'      those whose name or file matches
//     node bench/mutants/run.ts --without planted,golden,oracles   leave test folders out
//     node bench/mutants/run.ts --ignore 'finds the tastes'        leave tests out whose name matches, one that fails anyway
//
// Writes a table to stdout and what it is at to stderr; the exit code is 1 when a bug survived. A test that only runs out
// of time is no catch: it is named as such and counts as survived, unless the run itself hangs.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { inRoot } from '../../tools/paths.mjs'
import { boostingMutants } from './boosting.ts'
import { kernelMutants } from './kernels.ts'
import type { Mutant } from './mutant.ts'
import { numberMutants } from './numbers.ts'
import { twoStageMutants } from './two-stages.ts'

/** A run that takes longer hangs. */
const LIMIT_MS = 15 * 60_000
const TESTS = path.join('packages', 'core', 'test')
const KERNEL_BYTES = path.join('packages', 'core', 'src', 'kernels', 'wasm', 'bytes.ts')

type Outcome = { readonly verdict: 'caught' | 'survived' | 'hung' | 'out of time' | 'does not run', readonly by: string }

interface VitestReport {
  readonly success: boolean
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string, readonly fullName: string, readonly failureMessages: readonly string[] }[]
  }[]
}

const { values: flags } = parseArgs({ options: { only: { type: 'string', default: '' }, without: { type: 'string', default: '' }, ignore: { type: 'string', default: '' } } })
const mutants = [...kernelMutants, ...boostingMutants, ...numberMutants, ...twoStageMutants].filter(({ name, file }) => new RegExp(flags.only).test(`${name} ${file}`))
const copy = copyOfRepository()
try {
  const folders = readdirSync(path.join(copy, TESTS), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name)
    .filter(folder => !['package', 'runtimes', 'types', ...flags.without.split(',')].includes(folder))
  const healthy = await askTests(folders)
  if (healthy.verdict !== 'survived') throw new Error(`without any bug the tests already fail: ${healthy.by}`)
  const rows: [Mutant, Outcome][] = []
  for (const [at, mutant] of mutants.entries()) {
    const outcome = await plant(mutant, folders)
    rows.push([mutant, outcome])
    console.error(`${at + 1}/${mutants.length} ${outcome.verdict}: ${mutant.name} (${outcome.by})`)
  }
  printTable(rows)
} finally {
  rmSync(copy, { recursive: true, force: true })
}

/** The files that git knows or would take, and the kernels; other people's packages are links. */
function copyOfRepository(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'matinee-mutants-')))
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: inRoot(), encoding: 'utf8' }).split('\0').filter(Boolean)
  for (const file of [...listed, KERNEL_BYTES]) {
    if (!existsSync(inRoot(file))) continue
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    cpSync(inRoot(file), path.join(folder, file))
  }
  linkPackages(folder)
  return folder
}

// Our own packages are links into the checkout, where there is no bug: the copy gets links into itself.
function linkPackages(folder: string): void {
  mkdirSync(path.join(folder, 'node_modules', '@matinee'), { recursive: true })
  for (const name of readdirSync(inRoot('node_modules')).filter(entry => entry !== '@matinee' && entry !== 'matinee' && !entry.startsWith('.'))) {
    symlinkSync(inRoot('node_modules', name), path.join(folder, 'node_modules', name), 'junction')
  }
  symlinkSync(path.join(folder, 'packages', 'core'), path.join(folder, 'node_modules', '@matinee', 'core'), 'junction')
}

async function plant({ file, from, to, tests }: Mutant, folders: readonly string[]): Promise<Outcome> {
  const target = path.join(copy, 'packages', 'core', file)
  const text = readFileSync(target, 'utf8')
  if (text.split(from).length !== 2) throw new Error(`${file} holds ${text.split(from).length - 1} times, expected once: ${from}`)
  const isKernel = file.startsWith('assembly/')
  const bytes = readFileSync(path.join(copy, KERNEL_BYTES))
  writeFileSync(target, text.replace(from, () => to))
  try {
    if (isKernel && await run(['tools/kernels.mjs']) !== 0) return { verdict: 'does not run', by: 'the kernels do not compile' }
    const near = folders.filter(folder => tests.includes(folder))
    const outcome = await askTests(near)
    return outcome.verdict === 'survived' ? await askTests(folders.filter(folder => !near.includes(folder))) : outcome
  } finally {
    writeFileSync(target, text)
    writeFileSync(path.join(copy, KERNEL_BYTES), bytes)
  }
}

/** `survived` when all tests of the folders pass. */
async function askTests(folders: readonly string[]): Promise<Outcome> {
  if (folders.length === 0) return { verdict: 'survived', by: '' }
  const report = path.join(copy, 'report.json')
  rmSync(report, { force: true })
  const code = await run(['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--testTimeout=240000', '--maxWorkers=1', '--reporter=json', `--outputFile=${report}`,
    ...(flags.ignore ? [`--testNamePattern=^(?!.*(${flags.ignore}))`] : []), ...folders.map(folder => `${path.join(TESTS, folder)}${path.sep}`)])
  if (code === undefined) return { verdict: 'hung', by: `no end within ${LIMIT_MS / 60_000} minutes` }
  if (!existsSync(report)) return { verdict: 'does not run', by: `vitest ended with ${code} and without a report` }
  const { success, testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport
  if (success && code === 0) return { verdict: 'survived', by: '' }
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'failed')
  if (failed.length === 0) return { verdict: 'does not run', by: testResults.map(({ message }) => message).join(' ').slice(0, 200) }
  const real = failed.find(({ failureMessages }) => !failureMessages.every(message => /timed out/i.test(message)))
  return real ? { verdict: 'caught', by: real.fullName } : { verdict: 'out of time', by: failed[0].fullName }
}

/** The exit code, or undefined when it hung and was ended. Only the program started here is ended. */
function run(args: readonly string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { MATINEE_DATA_DIR: _, ...env } = process.env // the same tests on every machine
    const child = spawn(process.execPath, args, { cwd: copy, env, stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve(signal ? undefined : code ?? 1)
    })
  })
}

function printTable(rows: readonly (readonly [Mutant, Outcome])[]): void {
  console.log('| # | file | planted bug | verdict | first test that noticed |\n|---|---|---|---|---|')
  rows.forEach(([{ file, name }, { verdict, by }], at) => console.log(`| ${at + 1} | ${file} | ${name} | ${verdict} | ${by.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`))
  const caught = rows.filter(([, { verdict }]) => verdict === 'caught' || verdict === 'hung').length
  console.log(`\n${caught} of ${rows.length} caught.`)
  if (caught < rows.length) process.exitCode = 1
}
