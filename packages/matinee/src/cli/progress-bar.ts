// A bar for work that takes over a second, on a terminal; nothing elsewhere.
import type { Progress } from '@matinee/core'
import type { CommonOptions, Io } from './io.ts'

const PATIENCE_MS = 1000

export interface ProgressBar {
  readonly onProgress: (progress: Progress) => void
  /** Takes the bar away. */
  readonly stop: () => void
}

/** Shows a stage's progress once it has lasted a second; `--quiet` and pipes see none of it. */
export async function progressBar(io: Io, { quiet }: CommonOptions): Promise<ProgressBar> {
  if (quiet || !io.interactive) return { onProgress: () => {}, stop: () => {} }
  const { default: { Presets, SingleBar } } = await import('cli-progress')
  const bar = new SingleBar({
    stream: io.stderr as NodeJS.WriteStream,
    format: '{stage} [{bar}] {percentage}% {note}',
    clearOnComplete: true,
    hideCursor: true,
    barsize: 24,
  }, Presets.shades_classic)
  let stage = ''
  let since = 0
  let drawn = false
  const stop = (): void => {
    if (drawn) bar.stop()
    drawn = false
  }
  return {
    stop,
    onProgress(progress) {
      if (progress.stage !== stage) {
        stop()
        stage = progress.stage
        since = performance.now()
      }
      const fields = { stage: progress.stage, note: progress.note ?? '' }
      if (drawn) bar.update(progress.done, fields)
      else if (performance.now() - since > PATIENCE_MS && progress.done < progress.total) {
        bar.start(progress.total, progress.done, fields)
        drawn = true
      }
      if (progress.done >= progress.total) stop()
    },
  }
}
