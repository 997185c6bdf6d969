// The sum of trees for rows of features; the specification is src/kernels/reference/forest.ts, bit for bit.
//
// A node is 16 bytes: where its feature's values begin (bytes from the first column), plus 1 if missing values go right, a threshold, and where the
// left and the right child are (bytes from the first node). Leaves come after the splits and lead to themselves, so that rows that are
// done can wait for others without being asked.

/** One tree. Laid out by src/kernels/wasm/forest-thread.ts. */
// @ts-ignore: decorator
@unmanaged
class Nodes {
  first: usize
  /** Of the first leaf, from the first node. */
  leaves: i32
  /** float64 [leaves] */
  values: usize
}

/**
 * Adds the values of the leaves in which n rows, a multiple of eight, end to their scores. trees: Nodes [nTrees]; columns: float32, each
 * feature's n or more; scores: float64 [n].
 */
export function addTrees(trees: usize, nTrees: i32, columns: usize, n: i32, scores: usize): void {
  for (const end = trees + <usize>nTrees * 12; trees < end; trees += 12) addTree(changetype<Nodes>(trees), columns, n, scores)
}

function addTree(tree: Nodes, columns: usize, n: i32, scores: usize): void {
  const first = tree.first, leaves = tree.leaves, values = tree.values
  for (const end = scores + (<usize>n << 3); scores < end; scores += 64, columns += 32) {
    // eight rows at once: each waits for its own loads only
    let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0
    while (min(min(min(a, b), min(c, d)), min(min(e, f), min(g, h))) < leaves) {
      a = next(first + a, columns)
      b = next(first + b, columns + 4)
      c = next(first + c, columns + 8)
      d = next(first + d, columns + 12)
      e = next(first + e, columns + 16)
      f = next(first + f, columns + 20)
      g = next(first + g, columns + 24)
      h = next(first + h, columns + 28)
    }
    addValue(scores, values, a - leaves)
    addValue(scores + 8, values, b - leaves)
    addValue(scores + 16, values, c - leaves)
    addValue(scores + 24, values, d - leaves)
    addValue(scores + 32, values, e - leaves)
    addValue(scores + 40, values, f - leaves)
    addValue(scores + 48, values, g - leaves)
    addValue(scores + 56, values, h - leaves)
  }
}

// @ts-ignore: decorator
@inline
function next(node: usize, row: usize): i32 {
  const feature = load<u32>(node)
  const value = load<f32>(row + (feature & ~1))
  const goesRight = <u32>(value > load<f32>(node, 4)) | (<u32>(value != value) & feature)
  return load<i32>(node + (<usize>(goesRight & 1) << 2), 8)
}

// A node has twice the bytes of a value.
// @ts-ignore: decorator
@inline
function addValue(score: usize, values: usize, leaf: i32): void {
  store<f64>(score, load<f64>(score) + load<f64>(values + (leaf >> 1)))
}
