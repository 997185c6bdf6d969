// What the routes stand on: the live version, what happened since, the store, jobs, keys. It starts and ends all of them.
import { setImmediate as turn } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { FeedbackEvent, Store, StoredEvent, Undo } from '../store/index.ts'
import { HttpError } from './errors.ts'
import { Jobs, type JobKind } from './jobs.ts'
import { KeyRing } from './keys.ts'
import { Live, type LiveVersion } from './live.ts'
import type { Standing } from './lists.ts'
import { Metrics } from './metrics.ts'
import { Overlay } from './overlay.ts'
import { compileRules, type CompiledRules } from './rules.ts'

export interface ServiceOptions {
  /** The artifacts folder. */
  readonly dir: string
  readonly store: Store
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>
  /** The program and first arguments that run `matinee`. */
  readonly commandLine: readonly string[]
  /** What each kind of job is given. */
  readonly jobArguments: { readonly retrain: readonly string[], readonly erase: readonly string[] }
  /** Events that may wait for the disk; more are refused. Default 20,000. */
  readonly mostWaiting?: number
  /** Train anew this often; by default never. */
  readonly retrainEveryMs?: number
  /** Train anew when so many events have come since the version's data; by default never. */
  readonly retrainAfter?: number
}

/** Milliseconds between two questions to the store for what others have written. */
const FOLLOW_EVERY = 1000
/** Ids of users that are looked at before others have a turn. */
const IDS_A_TURN = 2000

export class Service {
  readonly store: Store
  readonly live: Live
  readonly jobs: Jobs
  readonly keys = new KeyRing()
  readonly metrics: Metrics
  readonly startedAt = new Date()
  readonly #options: ServiceOptions
  #overlay: Overlay
  #rules: { readonly revision: number, readonly overlay: Overlay, readonly compiled: CompiledRules | undefined } | undefined
  #waiting = 0
  #timer: NodeJS.Timeout | undefined
  #retrainAt = Infinity
  #erasedRevision = 0
  /** The erasures up to that number are done in the versions on disk. */
  #erasedOnDisk = 0
  #erasing = 0

  constructor(options: ServiceOptions) {
    const { dir, store, log, commandLine, retrainEveryMs } = options
    this.#options = options
    this.store = store
    this.#overlay = new Overlay(store, 0)
    this.jobs = new Jobs(commandLine, job => {
      log[job.state === 'done' ? 'info' : 'error']({ job: job.kind, exitCode: job.exitCode, last: job.output.at(-1) }, `the job ${job.kind} ${job.state}`)
      if (job.kind === 'erase' && job.state === 'done') this.#erasedOnDisk = this.#erasing
      if (job.kind === 'retrain' && retrainEveryMs !== undefined) this.#retrainAt = performance.now() + retrainEveryMs
      this.live.reload().catch(() => {}) // told by onRefused
    })
    this.live = new Live({
      dir,
      prepare: version => this.#prepare(version),
      onSwap: ({ version, sequence }, former) => {
        log.info({ version, former: former?.version }, 'this version answers now')
        this.#overlay.letGo(sequence)
      },
      onRefused: (version, error) => log.error({ version, err: error }, 'this version cannot answer; the live one goes on'),
    })
    this.metrics = new Metrics({
      modelAgeSeconds: () => (Date.now() - (this.live.current?.createdAt.getTime() ?? NaN)) / 1000,
      feedbackLagSeconds: () => this.lagSeconds,
      feedbackWaiting: () => this.#waiting,
      overlayEvents: () => this.#overlay.nEvents,
      swaps: () => this.live.swaps,
    })
    if (retrainEveryMs !== undefined) this.#retrainAt = performance.now() + retrainEveryMs
  }

  get overlay(): Overlay {
    return this.#overlay
  }

  get dir(): string {
    return this.#options.dir
  }

  /** Events on their way to the disk. */
  get waiting(): number {
    return this.#waiting
  }

  get lagSeconds(): number {
    return (performance.now() - this.#overlay.caughtUpAt) / 1000
  }

  /** Whether versions on disk may hold an erased user still. */
  get erasurePending(): boolean {
    return this.#overlay.lastErasure > this.#erasedOnDisk
  }

  /** What a list is asked of, now. Throws not_ready. */
  get standing(): Standing {
    const { current: live } = this.live
    if (!live) throw new HttpError('not_ready', 'no version is loaded.')
    const overlay = this.#overlay
    if (this.#rules?.overlay !== overlay || this.#rules.revision !== overlay.rulesRevision) {
      this.#rules = { overlay, revision: overlay.rulesRevision, compiled: compileRules(overlay.rules) }
    }
    return { live, overlay, rules: this.#rules.compiled }
  }

  /** Loads the live version and all feedback since, and follows both. Throws what Live.start throws, ERR_STORE. */
  async start(): Promise<void> {
    this.keys.set(await this.store.apiKeys())
    await this.live.start()
    if (this.erasurePending) this.#erase() // one that did not end before, or did
    const follow = async (): Promise<void> => {
      await this.#follow()
      if (this.#timer) this.#timer = setTimeout(() => void follow(), FOLLOW_EVERY)
    }
    this.#timer = setTimeout(() => void follow(), FOLLOW_EVERY)
  }

  /** Stores events and folds them in; resolves when they are on disk. Throws overloaded, ERR_STORE. */
  async append(events: readonly FeedbackEvent[]): Promise<readonly { readonly sequence: number, readonly duplicate: boolean }[]> {
    if (this.#waiting + events.length > (this.#options.mostWaiting ?? 20_000)) {
      throw new HttpError('overloaded', `${this.#waiting} events wait for the disk already.`)
    }
    this.#waiting += events.length
    try {
      const appended = await this.store.append(events)
      this.#overlay.addOwn(events, appended)
      this.metrics.countEvents(appended.filter(({ duplicate }) => !duplicate).length)
      return appended
    } finally {
      this.#waiting -= events.length
    }
  }

  /** Takes an event back. inForce: `after_retrain` where the live version was trained with it. Throws unknown_event, ERR_STORE. */
  async undo(which: Undo): Promise<{ readonly event: StoredEvent, readonly inForce: 'now' | 'after_retrain' }> {
    const event = await this.store.undo(which)
    if (!event) throw new HttpError('unknown_event', 'the user has no such event.')
    await this.#overlay.follow()
    return { event, inForce: event.sequence > (this.live.current?.sequence ?? 0) ? 'now' : 'after_retrain' }
  }

  /** Forgets a user: at once here and in the store, in the background in the versions on disk. Throws ERR_STORE. */
  async eraseUser(userId: string): Promise<number> {
    const sequence = await this.store.eraseUser(userId)
    const user = this.live.current?.recommender.users.indexOf(userId)
    if (user !== undefined) this.live.current?.erased.add(user)
    await this.#overlay.follow()
    if (!this.jobs.isRunning('erase')) this.#erase()
    return sequence
  }

  /** Throws already_running. */
  retrain(): ReturnType<Jobs['start']> {
    return this.jobs.start('retrain', this.#options.jobArguments.retrain)
  }

  /** Ends jobs, timers and the store; what is being written is written to its end. */
  async close(): Promise<void> {
    this.live.stop()
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.jobs.stop()
    await this.store.close()
  }

  #erase(): void {
    this.#erasing = this.#overlay.lastErasure
    this.jobs.start('erase', this.#options.jobArguments.erase)
  }

  async #follow(): Promise<void> {
    const { log, retrainAfter = Infinity } = this.#options
    try {
      await this.#overlay.follow()
      this.keys.set(await this.store.apiKeys())
      const { current } = this.live
      if (current && this.#erasedRevision !== this.#overlay.erasedRevision) await this.#findErased(current)
    } catch (error) {
      log.warn({ err: error }, 'the store does not answer; it is asked again')
    }
    if (this.erasurePending && this.#mayStart('erase')) this.#erase()
    const isDue = performance.now() >= this.#retrainAt || this.#overlay.nEvents >= retrainAfter
    if (isDue && this.#mayStart('retrain')) this.retrain()
  }

  // Not while one is under way, and not within a minute after one that failed.
  #mayStart(kind: JobKind): boolean {
    const last = this.jobs.latest.find(job => job.kind === kind)
    return last === undefined || last.state === 'done' || (last.endedAt !== null && Date.now() - last.endedAt.getTime() > 60_000)
  }

  // The overlay of a version that is to answer: one that is older than the overlay's floor needs events that were let go.
  async #prepare(version: LiveVersion): Promise<void> {
    const { current } = this.live
    if (!current || version.sequence < this.#overlay.floor) {
      const overlay = new Overlay(this.store, version.sequence)
      await overlay.follow()
      this.#overlay = overlay
    }
    await this.#findErased(version)
  }

  async #findErased({ recommender: { users }, erased, sequence }: LiveVersion): Promise<void> {
    const overlay = this.#overlay
    const revision = overlay.erasedRevision
    if (overlay.hasErased) {
      for (const [user, userId] of users.ids.entries()) {
        if (user % IDS_A_TURN === 0) await turn()
        if (overlay.isErased(userId, sequence)) erased.add(user)
      }
    }
    this.#erasedRevision = revision
  }
}
