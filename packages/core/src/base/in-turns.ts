// Long work on the caller's thread that lets others have their turn.
import { throwIfAborted, type RunContext } from './progress.ts'

/** Milliseconds after which timers and signals have a turn. */
const TURN_MS = 50

/** Does 0 … n − 1, one after the other; progress is told by `stage`, at the end too. Throws ERR_ABORTED. */
export async function inTurns(stage: string, n: number, work: (at: number) => void, { signal, onProgress }: RunContext): Promise<void> {
  throwIfAborted(signal)
  let turn = performance.now()
  for (let at = 0; at < n; at++) {
    work(at)
    if (performance.now() - turn < TURN_MS) continue
    await new Promise(resolve => setTimeout(resolve))
    throwIfAborted(signal)
    onProgress?.({ stage, done: at + 1, total: n })
    turn = performance.now()
  }
  onProgress?.({ stage, done: n, total: n })
}
