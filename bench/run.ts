// `npm run bench` and `npm run bench:peers`: measures, and writes one document a run to bench/results (bench/README.md).
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { inRoot } from '../tools/paths.mjs'
import { benchData, writeProblem, type DataName, type Problem } from './harness/data.ts'
import { peerEnvironments, readFlags, usage } from './harness/flags.ts'
import { commit, machine } from './harness/machine.ts'
import type { Peak } from './harness/peak.ts'
import { significant } from './harness/statistics.ts'
import { killWorkers, peerEnvironment, startWorker, type Worker } from './harness/worker.ts'
import type { BenchContext, Result } from './measurements/contract.ts'
import { measurements } from './measurements/registry.ts'
import { pythonWith } from './oracles/python.ts'

const flags = readFlags(process.argv.slice(2))
if (flags.help) {
  console.log(usage)
  process.exit()
}
const say = (line: string): void => { process.stderr.write(`${line}\n`) }
const scratch = mkdtempSync(path.join(tmpdir(), 'matinee-bench-'))
const workers: Worker[] = []
// A run takes long and is cut off often; nothing of it is to stay behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killWorkers()
    rmSync(scratch, { recursive: true, force: true })
    process.exit(130)
  })
}

const startOurs = (): Worker => startWorker('ours', process.execPath, ['--conditions=matinee-source', inRoot('bench', 'ours', 'worker.ts')])

/** The peers' workers and what they say of themselves; a peer that cannot be had is named with the reason. */
async function startPeers(names: readonly (keyof typeof peerEnvironments)[]) {
  const about: Record<string, object> = {}
  const started: Record<string, Worker> = {}
  for (const name of names) {
    const python = await pythonWith(peerEnvironments[name])
    if (python.missing !== undefined) {
      about[name] = { missing: python.missing }
      say(`${name}: ${python.missing}`)
      continue
    }
    const worker = startWorker(name, python.program, [inRoot('bench', 'peers', 'worker.py'), name], peerEnvironment)
    workers.push(worker)
    started[name] = worker
    about[name] = await worker.ask({ do: 'hello' })
    say(`${name}: ${JSON.stringify(about[name])}`)
  }
  // end-to-end alone wants it; who measures the service beside FastAPI does not wait for it to be made
  const { program } = { program: undefined, ...(names.some(name => peerEnvironments[name] === 'peers') && await pythonWith('peers')) }
  return { about, started, python: program }
}

/** Never the name of a document that is there. */
function resultsFile(day: string, hash: string): string {
  mkdirSync(inRoot('bench', 'results'), { recursive: true })
  for (let number = 1; ; number++) {
    const file = inRoot('bench', 'results', `${day}-${hash}${number === 1 ? '' : `-${number}`}.json`)
    if (!existsSync(file)) return file
  }
}

function line({ measurement, case: which, unit, ours, theirs, figures }: Result): string {
  const beside = Object.entries(theirs).map(([name, one]) => `${name} ${one.median} (×${one.ratioOfMedians.toFixed(2)}, pairs ×${one.medianRatio.toFixed(2)})`)
  return [`${measurement} ${Object.values(which).join(' ')}: ours ${ours.median} ${unit} [${ours.min}–${ours.max}]`, ...beside, JSON.stringify(figures ?? {})].join(', ')
}

try {
  const ours = startOurs()
  workers.push(ours)
  const { about, started, python } = flags.choice.beside ? await startPeers(flags.choice.beside) : { about: {}, started: {}, python: undefined }
  const startedAt = new Date()
  const version = commit()
  const [loadBefore] = loadavg()
  const file = resultsFile(startedAt.toISOString().slice(0, 10), version.commit)
  const peak = await ours.ask<Peak>({ do: 'peak' })
  say(`one core, SIMD128: ${peak.gflops} GFLOP/s, reads ${peak.readGBs} GB/s`)
  const data: Record<string, object> = {}
  const results: Result[] = []
  const failures: Record<string, string> = {}
  const write = (): void => {
    const head = { schema: 1, startedAt: startedAt.toISOString(), ...version, machine: machine(), loadBefore: significant(loadBefore), peak, peers: about, choice: flags.choice, data, failures }
    writeFileSync(file, `${JSON.stringify({ ...head, results }, null, 1)}\n`)
  }
  const problems = new Map<DataName, Problem>()
  let inWorkers: Problem | undefined
  const context: BenchContext = {
    choice: flags.choice, ours, peers: started, python, scratch, say,
    async problem(name) {
      const problem = problems.get(name) ?? writeProblem(name, await benchData[name].load(), scratch)
      problems.set(name, problem)
      await context.use(problem)
      return problem
    },
    note({ name, ...shape }) {
      data[name] ??= shape
    },
    async use(problem) {
      const { name, nUsers, nItems, interactions, checksum, file: from } = problem
      context.note({ name, nUsers, nItems, interactions, checksum })
      if (inWorkers !== problem) for (const worker of workers) await worker.ask({ do: 'load', file: from })
      inWorkers = problem
    },
    add(result) {
      results.push(result)
      say(line(result))
      write() // whatever happens later, what was measured is kept
    },
  }
  for (const name of flags.names) {
    try {
      await measurements[name].run(context)
    } catch (error) {
      failures[name] = error instanceof Error ? error.message : String(error)
      say(`${name}: ${failures[name]}`)
      process.exitCode = 1
      write()
    }
  }
  if (results.length > 0) console.log(file)
} finally {
  await Promise.all(workers.map(worker => worker.stop()))
  killWorkers() // what a measurement that failed has left
  rmSync(scratch, { recursive: true, force: true })
}
