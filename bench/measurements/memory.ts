// Peak memory from a file to a fitted model, split included, as the interactions grow; whole processes.
import path from 'node:path'
import { inRoot } from '../../tools/paths.mjs'
import { syntheticCsv } from '../harness/csv.ts'
import { usersOf, type DataName } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { significant } from '../harness/statistics.ts'
import { watch } from '../harness/watch.ts'
import type { Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['10m', '100m']
const FACTORS = 64
/** Memory does not grow with iterations. */
const ITERATIONS = 2
const ITEMS = 26_744

export const memory: Measurement = {
  summary: `Peak memory of a process from a CSV to a fitted model, ${FACTORS} factors, split included; beside it bench/peers/end_to_end.py up to its fit.`,
  async run({ choice, python, scratch, add, say }) {
    if (python === undefined) return say('memory: left out, it watches processes by Python')
    const threads = Math.max(...choice.threads)
    let before: { readonly interactions: number, readonly bytes: number } | undefined
    for (const name of choice.data ?? DATA) {
      const file = await syntheticCsv(name, scratch)
      const peak = async (command: readonly string[]): Promise<number> => (await watch(python, command)).peakBytes / 2 ** 20
      const theirs = [python, inRoot('bench', 'peers', 'end_to_end.py'), file, ',', '1', path.join(scratch, 'unused'), String(threads), String(ITERATIONS)]
      const ours = [process.execPath, '--conditions=matinee-source', inRoot('bench', 'ours', 'fit-file.ts'), file, ...[FACTORS, ITERATIONS, threads].map(String)]
      const measured = await alternate(() => peak(ours), { 'implicit, pandas': () => peak(theirs) }, choice.pairs, false)
      const millions = Number(name.slice(0, -1))
      const now = { interactions: millions * 1e6, bytes: measured.ours.median * 2 ** 20 - 4 * FACTORS * (usersOf(millions) + ITEMS) }
      add({
        measurement: 'memory', case: { data: name, factors: FACTORS, threads }, unit: 'MiB', ...measured,
        figures: { ...(before && { 'bytes an interaction, less the factors': significant((now.bytes - before.bytes) / (now.interactions - before.interactions)) }) },
      })
      before = now
    }
  },
}
