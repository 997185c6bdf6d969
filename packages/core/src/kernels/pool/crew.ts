// The caller's thread and the workers beside it, doing phases of chunks together.
import { readyWorkers, startWorker } from '#threads'
import { MatineeError, throwIfAborted } from '../../base/index.ts'
import { drained, endWork, openPhase, takeChunk } from './gate.ts'
import type { WorkerTask } from './threads.ts'

/** Milliseconds of work after which the caller's thread lets timers, signals and input have a turn. */
const TURN_MS = 50

export interface Crew {
  /** Does chunks 0 … nChunks − 1; `prepare` writes the phase's arguments while nobody works. */
  run(nChunks: number, prepare: () => void): Promise<void>
  close(): void
}

/** Whether this place has threads at all. */
export const hasThreads: boolean = startWorker !== undefined

/** Starts workers ahead, so that a crew of `threads` finds them ready. */
export const readyCrew = (threads: number): void => readyWorkers?.(threads - 1)

// where there is a turn without a timer's millisecond
const takeTurn = (): Promise<void> => new Promise(resolve => 'setImmediate' in globalThis ? setImmediate(resolve) : setTimeout(resolve))

/** The caller's thread (slot 0) doing `doChunk`, and `threads` − 1 workers doing the same on `task`. */
export function startCrew(task: Omit<WorkerTask, 'slot'>, threads: number, doChunk: (chunk: number) => void, signal?: AbortSignal): Crew {
  const { gate } = task
  let failure: Error | undefined
  let reportFailure = (_: Error): void => {}
  const failed = new Promise<never>((_, reject) => { reportFailure = reject })
  failed.catch(() => {}) // looked at in run(); a failure between two phases must not end the process
  const workers = Array.from({ length: threads - 1 }, (_, index) => startWorker?.({ ...task, slot: index + 1 }, cause => {
    failure = new MatineeError('ERR_WORKER', `a worker thread failed: ${cause.message}`, { cause })
    reportFailure(failure)
  }))

  let turn = performance.now() // across phases: many short ones must not keep the caller's thread either
  const run = async (nChunks: number, prepare: () => void): Promise<void> => {
    if (failure) throw failure
    throwIfAborted(signal)
    await Promise.race([openPhase(gate, nChunks, prepare), failed])
    for (let chunk = takeChunk(gate); chunk < nChunks; chunk = takeChunk(gate)) {
      doChunk(chunk)
      if (performance.now() - turn < TURN_MS) continue
      await takeTurn()
      throwIfAborted(signal)
      turn = performance.now()
    }
    await Promise.race([drained(gate), failed])
  }

  const close = (): void => {
    endWork(gate)
    for (const worker of workers) {
      if (failure) worker?.terminate()
      else worker?.release()
    }
  }
  return { run, close }
}
