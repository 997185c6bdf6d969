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
