// How a phase of chunks is shared out: one atomic counter hands out chunk numbers, and a gate keeps a thread
// that is late from taking a chunk of the next phase with the former phase's arguments.
//
// The gate counts the threads inside; −1 means closed. The caller closes it when it is empty, writes the
// phase's arguments, resets the counter and opens it again. A worker goes in, reads the arguments, takes chunks
// until none is left, and goes out. Atomics order all of this.

const GENERATION = 0
const GATE = 1
const NEXT = 2
const CHUNKS = 3
const ENDED = 4

/** Shared memory of one gate. */
export const gateMemory = (shared: boolean): Int32Array => new Int32Array(shared ? new SharedArrayBuffer(20) : new ArrayBuffer(20))

/** The next chunk's number; at or beyond `nChunks` when none is left. */
export const takeChunk = (gate: Int32Array): number => Atomics.add(gate, NEXT, 1)

/** Starts a phase: waits until no thread is inside, lets `prepare` write arguments, and calls the workers in. */
export async function openPhase(gate: Int32Array, nChunks: number, prepare: () => void): Promise<void> {
  while (Atomics.compareExchange(gate, GATE, 0, -1) !== 0) await drained(gate)
  prepare()
  Atomics.store(gate, NEXT, 0)
  Atomics.store(gate, CHUNKS, nChunks)
  Atomics.store(gate, GATE, 0)
  Atomics.add(gate, GENERATION, 1)
  Atomics.notify(gate, GATE)
  Atomics.notify(gate, GENERATION)
}

/** Resolves once no worker is inside. */
export async function drained(gate: Int32Array): Promise<void> {
  for (let spin = 0; spin < 5000; spin++) if (Atomics.load(gate, GATE) <= 0) return
  for (let inside = Atomics.load(gate, GATE); inside > 0; inside = Atomics.load(gate, GATE)) {
    await Atomics.waitAsync(gate, GATE, inside, 1000).value
  }
}

/** Sends every worker home after the chunk it is at. */
export function endWork(gate: Int32Array): void {
  Atomics.store(gate, ENDED, 1)
  Atomics.store(gate, NEXT, 0x3fffffff)
  Atomics.add(gate, GENERATION, 1)
  Atomics.notify(gate, GENERATION)
  Atomics.notify(gate, GATE)
}

/** A worker's life: phase after phase until endWork. */
export function workUntilEnded(gate: Int32Array, doChunk: (chunk: number) => void): void {
  let seen = 0
  while (Atomics.load(gate, ENDED) === 0) {
    Atomics.wait(gate, GENERATION, seen)
    seen = Atomics.load(gate, GENERATION)
    if (!goIn(gate)) continue
    try {
      const nChunks = Atomics.load(gate, CHUNKS)
      for (let chunk = takeChunk(gate); chunk < nChunks; chunk = takeChunk(gate)) doChunk(chunk)
    } finally {
      Atomics.sub(gate, GATE, 1)
      Atomics.notify(gate, GATE)
    }
  }
}

function goIn(gate: Int32Array): boolean {
  for (;;) {
    const inside = Atomics.load(gate, GATE)
    if (Atomics.load(gate, ENDED) === 1) return false
    if (inside < 0) Atomics.wait(gate, GATE, inside)
    else if (Atomics.compareExchange(gate, GATE, inside, inside + 1) === inside) return true
  }
}
