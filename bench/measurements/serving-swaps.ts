// Versions swapped under load: no request may fail, and each answer must be its named version's list to the last bit.
import path from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { open, useVersion, type Recommender } from 'matinee'
import { writeArtifacts } from '../harness/artifacts.ts'
import type { DataName } from '../harness/data.ts'
import { drive } from '../harness/load.ts'
import { median, significant, summary } from '../harness/statistics.ts'
import type { Measurement } from './contract.ts'
import { startOurs } from './service.ts'
import { drawPaths } from './serving.ts'

const DATA: readonly DataName[] = ['ml-100k']
const FACTORS = 64
const SWAPS = 20

export const servingSwaps: Measurement = {
  summary: `p99 of GET /recommend while CURRENT is changed ${SWAPS} times between two versions; each looked-at answer is compared with the list that its version gives offline.`,
  async run({ choice: { data = DATA, factors = [FACTORS], seconds, connections, pairs }, scratch, note, add }) {
    for (const name of data) {
      const served = await writeArtifacts(name, path.join(scratch, `swaps-${name}`), factors[0], 2)
      note(served.data)
      const offline = new Map<string, Recommender>()
      for (const version of served.versions) offline.set(version, await open(served.folder, version))
      const paths = drawPaths(served)
      const ours = await startOurs(served.folder, scratch, paths[0])
      const p99: number[] = []
      const swapMs: number[] = []
      const totals = { failed: 0, looked: 0, apart: 0 }
      try {
        for (let run = 0; run < pairs; run++) {
          const answers: { path: string, body: string }[] = []
          const driven = drive(ours.address, paths, { connections, seconds, look: (path, body) => { answers.push({ path, body }) } })
          for (let swap = 0; swap < SWAPS; swap++) {
            await after(1000 * seconds / SWAPS)
            swapMs.push(await swapTo(served.folder, served.versions[swap % 2], ours.address))
          }
          const one = await driven
          p99.push(one.p99)
          totals.failed += one.errors
          totals.looked += answers.length
          totals.apart += answers.filter(answer => !isOffline(answer, offline)).length
        }
      } finally {
        await ours.stop()
      }
      add({
        measurement: 'serving-swaps', case: { data: name, factors: served.factors, connections, seconds }, unit: 'ms', ours: summary(p99), theirs: {},
        figures: {
          'swaps': swapMs.length, 'failed requests': totals.failed, 'answers compared': totals.looked, 'of another list': totals.apart,
          'median ms from CURRENT to the swap': significant(median(swapMs)),
        },
      })
    }
  },
}

/** Milliseconds until the service says that it answers from the version. */
async function swapTo(folder: string, version: string, address: string): Promise<number> {
  await useVersion(folder, version)
  const started = performance.now()
  for (;;) {
    const model = await (await fetch(`${address}/model`)).json() as { readonly version: string }
    if (model.version === version) return performance.now() - started
    if (performance.now() - started > 30_000) throw new Error(`30 s after CURRENT named ${version} the service still answers from ${model.version}.`)
    await after(10)
  }
}

interface Body { readonly version: string, readonly recommendations: readonly { readonly rank: number, readonly item_id: string, readonly title: string | null, readonly score: number, readonly attributes: object }[] }

function isOffline({ path, body }: { path: string, body: string }, offline: ReadonlyMap<string, Recommender>): boolean {
  const query = new URL(path, 'http://localhost').searchParams
  const { version, recommendations } = JSON.parse(body) as Body
  const list = offline.get(version)?.recommend(String(query.get('user_id')), { n: Number(query.get('n')) }).recommendations
  const shown = recommendations.map(({ rank, item_id, title, score, attributes }) => [rank, item_id, title, score, attributes])
  return JSON.stringify(shown) === JSON.stringify(list?.map(({ rank, itemId, title, score, attributes }) => [rank, itemId, title, score, attributes]))
}
