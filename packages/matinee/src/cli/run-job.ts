// Loading and running as the commands do it: with a progress bar, the machine's numbers, and a lock where it saves.
import type { Dataset, Diversity, TimedPhase } from '@matinee/core'
import {
  datasetRecord, evaluateRuns, loadData, originRecord, profileOf, run,
  type DataSource, type EvaluationResult, type LoadOptions, type Profile, type Repeats, type RunConfig, type RunContext, type RunResult,
} from '../experiment/index.ts'
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
  /** Of the lists; measured besides. */
  readonly lastStep?: Diversity
  /** Where the version goes, and how many are kept; nothing is saved without. */
  readonly save?: { readonly dir: string, readonly retain?: number }
}

/** What it took. */
export interface JobCosts {
  /** The largest that the process has been, in bytes. */
  readonly peakMemoryBytes: number
  /** From before the first byte is read until CURRENT is named. */
  readonly totalMs: number
  /** Of a job that asked for it. */
  readonly profile?: Profile
}

export type JobResult = RunResult & JobCosts

/** Throws ERR_LOCKED at once when somebody else is at work in the folder, and whatever loading and running throw. */
export function runJob(job: Job, common: CommonOptions, io: Io): Promise<JobResult> {
  return timed(job, common, io, (load, context) => {
    const { config, save } = job
    const all = { ...context, software, now: io.now(), ...(save && { source: originRecord(job, save.dir, io.cwd) }) }
    return save ? withLock(save.dir, `train ${config.model}`, lock => run(load, config, all, { ...save, lock })) : run(load, config, all)
  })
}

/** Measures as often as asked, and saves nothing. Throws whatever loading and running throw. */
export const evaluateJob = (job: Job, repeats: Repeats, common: CommonOptions, io: Io): Promise<EvaluationResult & JobCosts> =>
  timed(job, common, io, (load, context) => evaluateRuns(load, job.config, repeats, { ...context, ...(job.lastStep && { lastStep: job.lastStep }) }))

type Work<Result> = (load: () => Promise<Dataset>, context: Omit<RunContext, 'software' | 'now'>) => Promise<Result>

async function timed<Result>({ data, load, threads, ...job }: Job, common: CommonOptions, io: Io, work: Work<Result>): Promise<Result & JobCosts> {
  const start = performance.now()
  const { signal } = io
  const bar = await progressBar(io, common)
  const { onProgress } = bar
  const phases: TimedPhase[] = []
  const onPhase = job.profile ? (phase: TimedPhase): void => void phases.push(phase) : undefined
  const onRemark = (text: string): void => remark(io, common, text)
  const place = { dataDir: io.env.MATINEE_DATA_DIR, cwd: io.cwd, threads, signal, onProgress, onRemark }
  try {
    const context = { threads, signal, onProgress, onPhase, availableBytes: () => process.availableMemory() }
    const result = await work(() => loadData(data, load, place), context)
    const totalMs = Math.round(performance.now() - start)
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
    return { ...result, peakMemoryBytes, totalMs, ...(job.profile && { profile: await profileOf(phases, threads) }) }
  } finally {
    bar.stop()
  }
}

/** What `--json` prints of a run. */
export function jobDocument(job: Job, result: EvaluationResult & JobCosts & Pick<RunResult, 'version'>): object {
  const { dataset, metrics, losses, about, timings, version, peakMemoryBytes, totalMs, profile } = result
  const { intervals, slices, sampled, lastStep, baselines, protocol, runs, ...means } = metrics
  return {
    ...(version !== undefined && { version }),
    dataset: datasetRecord(dataset),
    config: { ...job.config, ...job.load },
    protocol,
    metrics: means,
    intervals,
    ...(slices && { slices }),
    ...(sampled && { sampled }),
    ...(lastStep && { lastStep }),
    baselines,
    ...(runs && { runs }),
    losses,
    ...(about && { about }),
    timings: { ...timings, total: totalMs },
    peakMemoryBytes,
    ...(profile && { profile }),
  }
}
