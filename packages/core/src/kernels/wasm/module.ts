// The compiled kernels and their signatures.
import { sharedBytes, unsharedBytes } from './bytes.ts'

/** What assembly/index.ts exports; every pointer is a byte offset. */
export interface KernelExports {
  gram(rows: number, nRows: number, stride: number, sum: number, scratch: number): void
  multiply(rows: number, nRows: number, depthBytes: number, panels: number, nPanels: number, out: number, outBytes: number): void
  multiplyTriangular(rows: number, nRows: number, depthBytes: number, panels: number, out: number, upper: boolean): void
  sumParts(parts: number, nParts: number, cells: number, out: number): void
  factorizeLower(a: number, n: number, bytes: number, l: number): number
  invertLower(l: number, n: number, bytes: number, inverse: number): void
  diagonalize(a: number, n: number, bytes: number, vectors: number, values: number): number
  packPanels(matrix: number, n: number, bytes: number, panels: number, transposed: boolean): void
  solveConjugateGradient(work: number, nRows: number, x: number, steps: number): void
  solveTogether(work: number, nRows: number, x: number, steps: number): void
  solveExact(work: number, nRows: number, x: number): void
  solveRefined(work: number, nRows: number, whitenedX: number, x: number): void
  scoreOf(vector: number, item: number, bytes: number): number
  startLists(block: number, length: number): void
  addToLists(block: number, length: number, fromTile: number, toTile: number): number
  finishLists(block: number, length: number): void
  subtractProduct(a: number, m: number, c: number): void
  packTransposed(tile: number, panels: number): void
  transposeTile(tile: number, out: number): void
  nearestItems(near: number): void
  beginBlock(block: number): void
  descend(block: number, from: number, to: number): number
  multiplyAdd(rounds: number, factor: number): number
  lambdasOf(work: number, from: number, to: number, perDcg: number, sums: number): void
  fillHistogram(bins: number, gradients: number, rows: number, nRows: number, histogram: number): void
  gatherGradients(gradients: number, rows: number, nRows: number, out: number): void
  subtractHistogram(whole: number, part: number): void
  bestCut(search: number, histogram: number, nBins: number, best: number): void
  binValues(values: number, n: number, borders: number, out: number): void
  toSteps(gradients: number, from: number, to: number, gradientStep: number, hessianStep: number, rows: number): void
  cutRows(rows: number, n: number, bytes: number, bin: number, missingLeft: number, left: number, right: number): number
  addToRows(rows: number, n: number, scores: number, value: number): void
  addTree(splits: number, values: number, from: number, to: number, scores: number): void
  addTrees(trees: number, nTrees: number, columns: number, n: number, scores: number): void
  countAtLeast(block: number, fromTile: number, toTile: number, limit: number): number
}

const compiled = new Map<boolean, Promise<WebAssembly.Module>>()

/** The module, compiled once; `shared` for a memory that threads share. */
export function kernelModule(shared: boolean): Promise<WebAssembly.Module> {
  const known = compiled.get(shared)
  if (known) return known
  const text = atob(shared ? sharedBytes : unsharedBytes)
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at) // no callback: it runs before anything is optimised
  const module = WebAssembly.compile(bytes)
  compiled.set(shared, module)
  return module
}

/** A memory of at least `sizeBytes`, which never grows. */
export function kernelMemory(sizeBytes: number, shared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(sizeBytes / 65536)
  return new WebAssembly.Memory({ initial: pages, maximum: shared ? 65536 : pages, shared })
}

/** The kernels over a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports
}
