// The version that answers now. CURRENT is watched: another version is loaded beside the live one, tried, and put in its place
// between two requests; if it cannot be, the live one goes on.
import { decodeVersion, MatineeError, openVersion, type ReadHistory, type Recommender } from '@matinee/core'
import { feedbackSequence, parseVersionName, readCurrent, readVersion, type Manifest } from '../shelf/index.ts'
import { collectSoon } from './collect.ts'
import type { OverlayEvent } from './overlay.ts'
import { PreparedPlaces } from './prepared.ts'

/** A version, ready to answer. */
export interface LiveVersion {
  readonly version: string
  readonly createdAt: Date
  readonly loadedAt: Date
  readonly manifest: Manifest
  /** Numbers of metrics.json; none where the version was saved without measuring. */
  readonly metrics: Readonly<Record<string, number>>
  readonly recommender: Recommender
  readonly places: PreparedPlaces
  /** Of the newest change of the store that the version was trained with. */
  readonly sequence: number
  /** Histories of users by their events since, as long as these are in force; isKnown: what the version knows is in it. */
  readonly histories: WeakMap<readonly OverlayEvent[], { readonly isKnown: boolean, readonly history: ReadHistory }>
  /** Indices of its users that are to be forgotten. */
  readonly erased: Set<number>
}

export interface LiveOptions {
  /** The artifacts folder. */
  readonly dir: string
  /** Awaited before a version takes the place of another: what is to be ready by then. */
  readonly prepare: (version: LiveVersion) => Promise<void>
  /** Called in the moment of the swap. */
  readonly onSwap: (version: LiveVersion, former: LiveVersion | undefined) => void
  /** A version that could not be loaded; the live one goes on. */
  readonly onRefused: (version: string, error: Error) => void
}

/** Milliseconds between two looks at CURRENT. */
const LOOK_EVERY = 500
/** Users of a new version who are asked for before anybody else, so that the engine has its code in place. */
const WARM_UP = 200
/** Of them, those whose history is folded in as well, which takes longer. */
const FOLDED = 5

export class Live {
  readonly #options: LiveOptions
  #current: LiveVersion | undefined
  #refused: { readonly version: string, readonly error: Error } | undefined
  #swaps = 0
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<unknown> = Promise.resolve()

  constructor(options: LiveOptions) {
    this.#options = options
  }

  get current(): LiveVersion | undefined {
    return this.#current
  }

  get refused(): { readonly version: string, readonly error: Error } | undefined {
    return this.#refused
  }

  /** Times that a version took the place of another. */
  get swaps(): number {
    return this.#swaps
  }

  /** Loads what CURRENT names, and looks at it from now on. Throws what readVersion and decodeVersion throw. */
  async start(): Promise<void> {
    await this.reload()
    const look = async (): Promise<void> => {
      // damage is told once, by onRefused; a look that fails otherwise is followed by the next
      await this.reload(false).catch(() => {})
      if (this.#timer) this.#timer = setTimeout(() => void look(), LOOK_EVERY)
    }
    this.#timer = setTimeout(() => void look(), LOOK_EVERY)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Answers with what CURRENT names from now on. again: also where it was refused before. Throws as start; the live version goes on then. */
  reload(again = true): Promise<{ readonly version: string, readonly former: string | undefined }> {
    const turn = this.#looking.then(() => this.#look(again))
    this.#looking = turn.catch(() => {}) // whoever asked for it has the error
    return turn
  }

  async #look(again: boolean): Promise<{ readonly version: string, readonly former: string | undefined }> {
    const { dir, prepare, onSwap, onRefused } = this.#options
    const former = this.#current
    const name = await readCurrent(dir)
    if (name === former?.version) {
      this.#refused = undefined
      return { version: name, former: name }
    }
    if (!again && this.#refused?.version === name) throw this.#refused.error
    try {
      const next = await loadVersion(dir, name)
      await prepare(next)
      this.#current = next
      this.#refused = undefined
      onSwap(next, former)
      if (former) {
        this.#swaps++
        collectSoon()
      }
      return { version: name, former: former?.version }
    } catch (error) {
      this.#refused = { version: name, error: error as Error }
      onRefused(name, error as Error)
      throw error
    }
  }
}

async function loadVersion(dir: string, name: string): Promise<LiveVersion> {
  const { version, manifest, files } = await readVersion(dir, name)
  const metrics = files.get('metrics.json')
  const recommender = await openVersion(decodeVersion(files))
  tryOut(recommender, version)
  return {
    version,
    createdAt: parseVersionName(version)?.createdAt ?? new Date(0),
    loadedAt: new Date(),
    manifest,
    metrics: metrics ? numbersOf(JSON.parse(new TextDecoder().decode(metrics)) as object) : {},
    recommender,
    places: new PreparedPlaces(recommender),
    sequence: feedbackSequence(manifest),
    histories: new WeakMap(),
    erased: new Set(),
  }
}

// Throws ERR_ARTIFACT_CORRUPT for a model that gives no list to anybody: it is not to take the place of one that does.
function tryOut(recommender: Recommender, version: string): void {
  const { ids } = recommender.users
  const step = Math.max(1, Math.floor(ids.length / WARM_UP))
  let listed = ids.length === 0
  for (let user = 0; user < ids.length; user += step) {
    const { recommendations } = recommender.recommend(ids[user])
    if (recommender.model.scoreHistory && user < FOLDED * step) recommender.recommendFor(recommender.history(ids[user]))
    listed ||= recommendations.length > 0
    if (recommendations.every(({ score }) => Number.isFinite(score))) continue
    throw new MatineeError('ERR_ARTIFACT_CORRUPT', `version ${version} gives scores that are no numbers.`)
  }
  if (!listed) throw new MatineeError('ERR_ARTIFACT_CORRUPT', `version ${version} has no list for any of ${Math.min(ids.length, WARM_UP)} users.`)
}

const numbersOf = (metrics: object): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
