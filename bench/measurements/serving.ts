// Lists over HTTP: the service beside FastAPI on uvicorn with implicit's lists, both reading the same folder.
import path from 'node:path'
import { inRoot } from '../../tools/paths.mjs'
import { seededRandom } from '@matinee/core'
import { writeArtifacts, type Served } from '../harness/artifacts.ts'
import type { DataName } from '../harness/data.ts'
import { drive, type Answered } from '../harness/load.ts'
import { alternate } from '../harness/pairs.ts'
import { startServer, type Server } from '../harness/server.ts'
import { median, significant } from '../harness/statistics.ts'
import { peerEnvironment } from '../harness/worker.ts'
import { pythonWith } from '../oracles/python.ts'
import type { BenchContext, Measurement } from './contract.ts'
import { startOurs } from './service.ts'

const DATA: readonly DataName[] = ['ml-100k', '20m', '1m-items-10k-users']
const FACTORS = 64
const N = 10
const REQUESTS = 10_000
/** Users whose lists are compared on both sides before anything is timed. */
const COMPARED = 20

export const serving: Measurement = {
  summary: `GET /recommend, n = ${N}, users drawn from all, what they have had left out, title and attributes of each item; one process, the client on the same cores.`,
  async run(context) {
    for (const name of context.choice.data ?? DATA) {
      const served = await writeArtifacts(name, path.join(context.scratch, `served-${name}`), context.choice.factors?.[0] ?? FACTORS)
      context.note(served.data)
      await measure(context, served)
    }
  },
}

/** Paths of requests, users drawn from all of them with equal chances. */
export function drawPaths({ userIds }: Pick<Served, 'userIds'>): string[] {
  const { below } = seededRandom(1)
  return Array.from({ length: REQUESTS }, () => `/recommend?user_id=${encodeURIComponent(userIds[below(userIds.length)])}&n=${N}`)
}

async function measure({ choice: { seconds, connections, pairs }, peers, scratch, say, add }: BenchContext, served: Served): Promise<void> {
  const paths = drawPaths(served)
  const load = { connections, seconds }
  const theirs = peers.fastapi && await quickestPeer(served.folder, paths, connections, say)
  const ours = await startOurs(served.folder, scratch, paths[0])
  try {
    if (theirs) for (const path of paths.slice(0, COMPARED)) await compare(path, ours, theirs.server)
    const answered: Record<'ours' | 'fastapi', Answered[]> = { ours: [], fastapi: [] }
    const once = async (side: 'ours' | 'fastapi', { address }: Server): Promise<number> => {
      const one = await drive(address, paths, load)
      if (one.requestsPerSecond === 0) throw new Error(`${side} gave no answer of status 2xx in ${seconds} s; ${one.errors} requests failed.`)
      answered[side].push(one)
      say(`${side}: ${JSON.stringify(one)}`)
      return 1e6 / one.requestsPerSecond
    }
    // each drive has a lead-in of its own
    const measured = await alternate(() => once('ours', ours), theirs ? { fastapi: () => once('fastapi', theirs.server) } : {}, pairs, false)
    const { name: data, nUsers: users, nItems: items } = served.data
    add({
      measurement: 'serving', case: { data, users, items, factors: served.factors, connections, seconds }, unit: 'µs', ...measured,
      figures: { ...figuresOf('ours', answered.ours), ...(theirs && figuresOf('fastapi', answered.fastapi)) },
      ...(theirs && { notes: [theirs.how] }),
    })
  } finally {
    await Promise.all([ours, theirs?.server].map(server => server?.stop()))
  }
}

/** p50 and p99 are medians over the runs, errors their sum. */
export function figuresOf(side: string, runs: readonly Answered[]): Record<string, number> {
  return {
    [`requests/s ${side}`]: significant(median(runs.map(run => run.requestsPerSecond))),
    [`p50 ${side}`]: significant(median(runs.map(run => run.p50))),
    [`p99 ${side}`]: significant(median(runs.map(run => run.p99))),
    [`errors ${side}`]: runs.reduce((sum, run) => sum + run.errors, 0),
  }
}

/** The peer's service in each of four ways, and what came out quickest by turns; the others are stopped. */
async function quickestPeer(folder: string, paths: readonly string[], connections: number, say: BenchContext['say']): Promise<{ server: Server, how: string }> {
  const python = await pythonWith('fastapi')
  if (python.missing !== undefined) throw new Error(python.missing)
  const ways: { server: Server, how: string, rates: number[] }[] = []
  const stop = (some: typeof ways) => Promise.all(some.map(({ server }) => server.stop()))
  try {
    for (const endpoint of ['async', 'def']) {
      for (const threads of [1, 2]) {
        const args = [inRoot('bench', 'peers', 'serving.py'), folder, endpoint, String(threads)]
        const server = await startServer({ program: python.program, args, env: peerEnvironment, path: paths[0] })
        ways.push({ server, how: `${endpoint === 'def' ? 'def' : 'async def'} endpoint, implicit's threads ${threads}`, rates: [] })
      }
    }
    for (let turn = 0; turn < 3; turn++) for (const { server, rates } of ways) rates.push((await drive(server.address, paths, { connections, seconds: 2 })).requestsPerSecond)
  } catch (error) {
    await stop(ways)
    throw error
  }
  const [best, ...others] = ways.sort((one, other) => median(other.rates) - median(one.rates))
  for (const { how, rates } of ways) say(`fastapi, ${how}: ${rates.map(rate => rate.toFixed(0)).join(', ')} requests/s`)
  await stop(others)
  return best
}

interface List { readonly recommendations: readonly { readonly item_id: string, readonly title: string | null, readonly score: number, readonly attributes: object }[] }

// A dot product is summed in another order: scores agree to 1e-4 of themselves, and items may swap that differ in the last bit.
async function compare(path: string, ours: Server, theirs: Server): Promise<void> {
  const ask = async ({ address }: Server): Promise<List> => await (await fetch(address + path)).json() as List
  const [own, other] = [await ask(ours), await ask(theirs)]
  const apart = own.recommendations.map(({ score }, at) => Math.abs(score - other.recommendations[at].score) / Math.abs(score))
  const shown = ({ recommendations }: List): string => JSON.stringify(recommendations.map(({ item_id, title, attributes }) => [item_id, title, attributes]).toSorted())
  if (own.recommendations.length !== N || Math.max(...apart) > 1e-4 || shown(own) !== shown(other)) {
    throw new Error(`${path}: ours answers ${JSON.stringify(own)}, fastapi ${JSON.stringify(other)}.`)
  }
}
