// Stochastic gradient descent as it is meant: one sample after the other, in the order of kernels/grid.ts.
// docs/math/factorization.md
import { exp, type RunContext, throwIfAborted } from '../../base/index.ts'
import { rowIndices, type Csr } from '../../sparse/index.ts'
import { blockState, deal, gridOf, itemBlockOf, type Deal, type Grid } from '../grid.ts'
import { warpWeights, type SgdPart, type SgdProblem, type SgdRows, type SgdWork } from '../sgd-contract.ts'

/** σ(x) = 1 / (1 + e⁻ˣ) */
const sigmoid = (x: number): number => 1 / (1 + exp(-x))

export function referenceSgd(problem: SgdProblem, { signal }: RunContext): SgdWork {
  const { byUser, byItem, factors, hybrid, seed } = problem
  const grid = gridOf(byUser, byItem)
  const rowsOf = (n: number, stride: number, isHybrid: boolean): SgdRows => {
    const empty = (): Float32Array => new Float32Array(isHybrid ? n * stride : 0)
    return { stride, values: new Float32Array(n * stride), gradients: empty(), anchors: empty() }
  }
  const rows = {
    users: rowsOf(byUser.nRows, factors, hybrid.users),
    items: rowsOf(byItem.nRows, factors, hybrid.items),
    biases: rowsOf(byItem.nRows, 1, hybrid.items),
  }
  const step = stepper(problem, rows, grid)
  return {
    rounds: grid.n,
    rows,
    async epoch(epoch, afterRound) {
      const dealt = deal(grid, byItem.nRows, seed, epoch)
      let missed = 0
      for (let round = 0; round < grid.n; round++) {
        throwIfAborted(signal)
        for (let userBlock = 0; userBlock < grid.n; userBlock++) {
          const draw = drawer(blockState(seed, epoch, round, userBlock))
          const itemBlock = itemBlockOf(grid, round, userBlock)
          const items = dealt.items.subarray(dealt.starts[itemBlock], dealt.starts[itemBlock + 1])
          const samples = shuffled(samplesOf(byUser, grid, dealt, userBlock, itemBlock), draw)
          for (const sample of samples) missed += step(sample, items, draw)
        }
        afterRound?.()
      }
      return missed / byUser.indices.length
    },
    close() {},
  }
}

type Sample = readonly [user: number, item: number]
type Draw = (n: number) => number

// The interactions of a block, user after user.
function samplesOf(byUser: Csr, { userStarts }: Grid, { blockOf }: Deal, userBlock: number, itemBlock: number): Sample[] {
  const samples: Sample[] = []
  for (let user = userStarts[userBlock]; user < userStarts[userBlock + 1]; user++) {
    for (const item of rowIndices(byUser, user)) if (blockOf[item] === itemBlock) samples.push([user, item])
  }
  return samples
}

// Fisher and Yates, in place.
function shuffled(samples: Sample[], draw: Draw): Sample[] {
  for (let left = samples.length; left > 1; left--) {
    const drawn = draw(left)
    const sample = samples[drawn]
    samples[drawn] = samples[left - 1]
    samples[left - 1] = sample
  }
  return samples
}

// sfc32, and ⌊n · draw / 2³²⌋, which no integer division is needed for.
function drawer(state: Int32Array): Draw {
  return n => {
    const sum = (state[0] + state[1] + state[3]) | 0
    state[3]++
    state[0] = state[1] ^ (state[1] >>> 9)
    state[1] = state[2] + (state[2] << 3)
    state[2] = ((state[2] << 21) | (state[2] >>> 11)) + sum
    return Number(BigInt(sum >>> 0) * BigInt(n) >> 32n)
  }
}

// One sample: draws a negative, takes a step, returns the miss.
function stepper(problem: SgdProblem, rows: SgdWork['rows'], grid: Grid) {
  const { byUser, byItem, factors, loss, tries } = problem
  const [users, items, biases] = [rows.users.values, rows.items.values, rows.biases.values]
  const weights = warpWeights(grid.byPopularity.length, tries)
  const ascend = ascender(problem, rows)
  const liked = Array.from({ length: byUser.nRows }, (_, user) => new Set(rowIndices(byUser, user)))
  const score = (user: number, item: number): number => {
    let sum = biases[item]
    for (let k = 0; k < factors; k++) sum += users[user * factors + k] * items[item * factors + k]
    return sum
  }
  // the step for a sample and a negative; p, q: what the scores of the two are to rise by, were there no vectors
  const update = (user: number, item: number, p: number, other: number, q: number): void => {
    const [x, y, z] = [rowOf(users, user, factors), rowOf(items, item, factors), rowOf(items, other, factors)]
    ascend('users', user, y.map((value, k) => p * value + q * z[k]))
    ascend('items', item, x.map(value => p * value))
    ascend('items', other, x.map(value => q * value))
    ascend('biases', item, [p])
    ascend('biases', other, [q])
  }
  return ([user, item]: Sample, candidates: Int32Array, draw: Draw): number => {
    if (byItem.nRows < 2) return 0
    for (let drawn = 1; drawn <= tries; drawn++) {
      const other = candidates[draw(candidates.length)]
      if (loss === 'warp') {
        if (score(user, other) <= score(user, item) - 1 || liked[user].has(other)) continue
        update(user, item, weights[drawn], other, -weights[drawn])
        return 1
      }
      if (liked[user].has(other)) continue
      if (loss === 'bpr') {
        const miss = sigmoid(score(user, other) - score(user, item))
        update(user, item, miss, other, -miss)
        return miss
      }
      const [missing, present] = [sigmoid(-score(user, item)), sigmoid(score(user, other))]
      update(user, item, missing, other, -present)
      return (missing + present) / 2
    }
    return 0
  }
}

const rowOf = (matrix: Float32Array, row: number, n: number): number[] => [...matrix.subarray(row * n, row * n + n)]

// v ← v + η/√h (g − λ (v − anchor)), then h ← h + mean of g²: one rate a row (AdaGrad; Duchi, Hazan and Singer 2011).
function ascender({ byUser, byItem, factors, learningRate, regularization, hybrid }: SgdProblem, rows: SgdWork['rows']) {
  const squares = {
    users: new Float32Array(byUser.nRows).fill(1), items: new Float32Array(byItem.nRows).fill(1), biases: new Float32Array(byItem.nRows).fill(1),
  }
  return (part: SgdPart, row: number, gradient: readonly number[]): void => {
    const { values, gradients, anchors } = rows[part]
    const side = part === 'users' ? 'users' : 'items'
    const n = part === 'biases' ? 1 : factors
    const rate = learningRate / Math.sqrt(squares[part][row])
    gradient.forEach((g, k) => {
      const at = row * n + k
      values[at] += rate * (g - regularization[side] * (values[at] - (hybrid[side] ? anchors[at] : 0)))
      if (hybrid[side]) gradients[at] += g
      squares[part][row] += g * g / n
    })
  }
}
