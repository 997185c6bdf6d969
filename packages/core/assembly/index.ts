// The kernels: everything whose time matters, in AssemblyScript. Compiled twice from this one source, over
// shared memory (a pool of workers) and over unshared memory (places without it). The specification of each
// is the plain TypeScript in src/kernels/reference/; the tests hold one against the other.
//
// All pointers are byte offsets into one memory that the caller lays out (src/kernels/wasm/layout.ts).
// A matrix row has `stride` float32 values, the number of factors rounded up to a multiple of 8; the padding
// is zero and stays zero. Nothing here allocates, and no sum depends on who computes it: the same bits at any
// number of threads.
export { gram } from './gram'
export { multiply, multiplyTriangular } from './multiply'
export { solveConjugateGradient } from './conjugate-gradient'
export { solveExact } from './exact'
export { solveRefined } from './refined'
export { solveTogether } from './together'
export { diagonalize } from './spectrum'
export { factorizeLower, invertLower, packPanels, sumParts } from './whitening'
export { nearestItems } from './neighbours'
export { addToLists, finishLists, startLists } from './top-k'
export { countAtLeast } from './ranks'
export { scoreOf } from './screen'
export { packTransposed, subtractProduct, transposeTile } from './tiles'
export { beginBlock, descend } from './sgd'
export { lambdasOf } from './lambdas'
export { bestCut, fillHistogram, gatherGradients, subtractHistogram } from './histogram'
export { addToRows, addTree, binValues, cutRows, toSteps } from './leaves'
export { addTrees } from './forest'
export { multiplyAdd } from './peak'
