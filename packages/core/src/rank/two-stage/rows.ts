// From examples to rows of features in groups: an example is a group, and its item the one that is relevant.
import { inTurns, seededRandom, type RunContext } from '../../base/index.ts'
import { shareableBuffer } from '../../sparse/index.ts'
import type { Columns } from '../features/contract.ts'
import type { RankingRows } from '../rows.ts'
import type { Example } from './examples.ts'
import type { FirstStage } from './first-stage.ts'
import { proposer } from './proposals.ts'
import { queryOf } from './query.ts'

/** Rows for the ranker, and how good the candidates were. */
export interface ExampleRows {
  readonly training: RankingRows
  readonly validation: RankingRows
  readonly coverage: Coverage
}

/** The recall of the candidates on the examples. */
export interface Coverage {
  readonly examples: number
  /** Candidates of an example, in the mean. */
  readonly perExample: number
  /** Share of the items to be found that were proposed, by any source and by each. */
  readonly recall: number
  readonly recallBySource: Readonly<Record<string, number>>
}

/** Rows that a block of the table has. */
const BLOCK = 65_536

/** An example whose item nobody proposed teaches nothing and is left out. negatives: candidates of an example for training, drawn. */
export async function exampleRows(
  stage: FirstStage, columns: Columns, examples: readonly Example[], negatives: number, context: RunContext & { readonly seed: number },
): Promise<ExampleRows> {
  const propose = proposer(stage)
  const parts = { training: growingRows(columns.names.length), validation: growingRows(columns.names.length) }
  let [found, nCandidates] = [0, 0]
  const bySource = new Uint32Array(stage.sources.length)
  await inTurns('features', examples.length, at => {
    const { user, history, label, isValidation } = examples[at]
    const proposals = propose(history)
    nCandidates += proposals.candidates.length
    proposals.proposed.forEach((items, source) => { if (items.includes(label)) bySource[source]++ })
    if (!proposals.candidates.includes(label)) return
    found++
    const { uniform } = seededRandom(context.seed, user, 3 + history.items.length)
    const kept = isValidation ? proposals.candidates : drawn(proposals.candidates, label, negatives, uniform)
    const values = columns.names.map(() => new Float32Array(kept.length))
    columns.fill(queryOf(history, proposals, kept), values)
    parts[isValidation ? 'validation' : 'training'].add(values, kept.indexOf(label))
  }, context)
  const share = (n: number): number => n / Math.max(1, examples.length)
  return {
    training: parts.training.rows(), validation: parts.validation.rows(),
    coverage: {
      examples: examples.length, perExample: share(nCandidates), recall: share(found),
      recallBySource: Object.fromEntries(stage.sources.map(({ name }, source) => [name, share(bySource[source])])),
    },
  }
}

// The label and so many of the others, each as likely, in their order.
function drawn(candidates: Int32Array, label: number, wanted: number, uniform: () => number): Int32Array {
  let [left, open] = [candidates.length - 1, Math.min(wanted, candidates.length - 1)]
  return candidates.filter(item => {
    if (item === label) return true
    const isDrawn = uniform() * left < open
    left--
    if (isDrawn) open--
    return isDrawn
  })
}

// A table that grows by groups; its blocks are read by threads where they lie.
function growingRows(nFeatures: number) {
  const blocks: Float32Array[][] = []
  const groups = [0]
  const relevant: number[] = []
  let filled = BLOCK
  return {
    add(values: readonly Float32Array[], label: number): void {
      const { length } = values[0]
      if (filled + length > BLOCK) {
        cut()
        blocks.push(Array.from({ length: nFeatures }, () => new Float32Array(shareableBuffer(4 * Math.max(BLOCK, length)))))
        filled = 0
      }
      values.forEach((column, feature) => blocks[blocks.length - 1][feature].set(column, filled))
      filled += length
      relevant.push(groups[groups.length - 1] + label)
      groups.push(groups[groups.length - 1] + length)
    },
    rows(): RankingRows {
      cut()
      const labels = new Uint8Array(groups[groups.length - 1])
      for (const row of relevant) labels[row] = 1
      return { blocks, groups: Uint32Array.from(groups), labels }
    },
  }
  // the last block ends where it is filled
  function cut(): void {
    const last = blocks.length - 1
    if (last >= 0) blocks[last] = blocks[last].map(column => column.subarray(0, filled))
  }
}
