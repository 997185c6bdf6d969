// The ten best items of many users, what they have had left out: implicit's batch recommend beside ours, on the same factors.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { encodeSafetensors, seededRandom } from '@matinee/core'
import type { DataName } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { median, significant } from '../harness/statistics.ts'
import type { Worker } from '../harness/worker.ts'
import { fitOurs } from './als.ts'
import type { BenchContext, Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['ml-1m', '20m', '1m-items']
const FACTORS = [64]
const K = 10
/** Of a larger set the first so many users are asked for. */
const MOST_USERS = 20_000
/** Enough for factors of the usual kind; how good they are does not matter here. */
const ITERATIONS = 3

interface Lists { readonly ms: number, readonly scoreSum: number }

export const topK: Measurement = {
  summary: `The ${K} best items of all users (of the first ${MOST_USERS.toLocaleString('en')} of a larger set; of one user among a million items, factors drawn), what they have had left out, from the same factors.`,
  async run(context) {
    for (const name of context.choice.data ?? DATA) {
      const { nUsers, nItems } = await context.problem(name)
      const users = Math.min(nUsers, MOST_USERS)
      for (const factors of context.choice.factors ?? FACTORS) {
        const file = path.join(context.scratch, `lists-${name}-${factors}.safetensors`)
        if (name === '1m-items') drawFactors(file, nItems, factors)
        else await fitOurs(context.ours, { factors, threads: Math.max(...context.choice.threads), iterations: ITERATIONS, solver: 'cg' }, { served: file })
        for (const threads of context.choice.threads) await time(context, { name, nItems, users, factors, threads, file })
      }
    }
  },
}

/** Nothing can be fitted on one user: normal numbers, as a catalogue of that size may have. */
function drawFactors(file: string, nItems: number, factors: number): void {
  const { normal } = seededRandom(1)
  const draw = (rows: number) => ({ shape: [rows, factors], data: Float32Array.from({ length: rows * factors }, normal) })
  writeFileSync(file, encodeSafetensors({ tensors: { users: draw(1), items: draw(nItems) }, metadata: {} }))
}

/** A job of milliseconds is done several times in a run. */
async function medianMs(side: Worker, question: { readonly do: string }, users: number): Promise<number> {
  const each: number[] = []
  for (let time = 0; time < (users === 1 ? 9 : 1); time++) each.push((await side.ask<Lists>(question)).ms)
  return median(each)
}

interface Case { readonly name: DataName, readonly nItems: number, readonly users: number, readonly factors: number, readonly threads: number, readonly file: string }

async function time({ ours, peers, choice, add }: BenchContext, { name, nItems, users, factors, threads, file }: Case): Promise<void> {
  const question = { do: 'topK', file, k: K, threads, users }
  const { implicit } = peers
  const own = await ours.ask<Lists>(question)
  const other = await implicit?.ask<Lists>(question)
  const measured = await alternate(
    () => medianMs(ours, question, users),
    implicit ? { implicit: () => medianMs(implicit, question, users) } : {},
    choice.pairs,
  )
  // A dot product is summed in another order, so a list may swap two items that differ in the last bit: the sums of the scores tell.
  const apart = other ? Math.abs(own.scoreSum - other.scoreSum) / Math.abs(other.scoreSum) : 0
  if (apart > 1e-5) throw new Error(`top-k ${name}: the lists' scores sum to ${own.scoreSum}, implicit's to ${other?.scoreSum}.`)
  const gflops = 2 * factors * nItems * users / measured.ours.median / 1e6
  add({
    measurement: 'top-k', case: { data: name, users, factors, threads }, unit: 'ms', ...measured,
    figures: { gflops: significant(gflops), scoresApart: significant(apart) },
  })
}
