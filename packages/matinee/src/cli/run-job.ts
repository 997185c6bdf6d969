// Loading and running as the commands do it: with a progress bar, the machine's numbers, and a lock where it saves.
import type { TimedPhase } from '@matinee/core'
import { loadData, profileOf, run, type DataSource, type LoadOptions, type Profile, type RunConfig, type RunResult } from '../experiment/index.ts'
import { withLock } from '../shelf/index.ts'
import { remark, type CommonOptions, type Io } from './io.ts'
import { software } from './package-version.ts'
import { progressBar } from './progress-bar.ts'

export interface Job {
  readonly data: DataSource
  readonly load: LoadOptions
  readonly config: RunConfig
  readonly threads?: number
  /** Whether the phases of the fit are timed. */
  readonly profile?: boolean
  /** Where the version goes, and how many are kept; nothing is saved without. */
  readonly save?: { readonly dir: string, readonly retain?: number }
}

export interface JobResult extends RunResult {
  /** The largest that the process has been, in bytes. */
  readonly peakMemoryBytes: number
  /** From before the first byte is read until CURRENT is named. */
  readonly totalMs: number
  /** Of a job that asked for it. */
  readonly profile?: Profile
}

/** Throws ERR_LOCKED at once when somebody else is at work in the folder, and whatever loading and running throw. */
export async function runJob(job: Job, common: CommonOptions, io: Io): Promise<JobResult> {
  const start = performance.now()
  const { data, load, config, threads, save } = job
  const { signal } = io
  const bar = await progressBar(io, common)
  const onProgress = bar.onProgress
  const phases: TimedPhase[] = []
  const onPhase = job.profile ? (phase: TimedPhase): void => void phases.push(phase) : undefined
  const onRemark = (text: string): void => remark(io, common, text)
  const work = async (shelf?: Parameters<typeof run>[3]): Promise<JobResult> => {
    const place = { dataDir: io.env.MATINEE_DATA_DIR, cwd: io.cwd, threads, signal, onProgress, onRemark }
    const context = { threads, signal, onProgress, onPhase, availableBytes: () => process.availableMemory(), software, now: io.now() }
    const result = await run(() => loadData(data, load, place), config, context, shelf)
    const totalMs = Math.round(performance.now() - start)
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
    return { ...result, peakMemoryBytes, totalMs, ...(job.profile && { profile: await profileOf(phases, threads) }) }
  }
  try {
    return await (save ? withLock(save.dir, `train ${config.model}`, lock => work({ ...save, lock })) : work())
  } finally {
    bar.stop()
  }
}

/** What `--json` prints of a run. */
export function jobDocument(job: Job, result: JobResult): object {
  const { dataset, metrics, losses, timings, version, peakMemoryBytes, totalMs, profile } = result
  const { intervals, slices, sampled, baselines, protocol, ...means } = metrics
  const { name, synthetic, provenance, users, items, nInteractions } = dataset
  return {
    ...(version !== undefined && { version }),
    dataset: { name, synthetic, users: users.size, items: items.size, interactions: nInteractions, ...provenance },
    config: { ...job.config, ...job.load },
    protocol,
    metrics: means,
    intervals,
    ...(slices && { slices }),
    ...(sampled && { sampled }),
    baselines,
    losses,
    timings: { ...timings, total: totalMs },
    peakMemoryBytes,
    ...(profile && { profile }),
  }
}
