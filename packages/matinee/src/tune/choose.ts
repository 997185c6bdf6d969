// The search for one model's configuration, from the log's first line to its winner.
import { MatineeError } from '@matinee/core'
import type { Candidate, Ended, Log, Look } from './log.ts'
import type { Outcome } from './look.ts'
import type { Looker } from './looker.ts'
import { search, type Ask } from './search.ts'
import type { Options, Space } from './space.ts'

/** How long is searched, and by what. */
export interface Search {
  readonly space: Space
  /** Of the search, and of the first fit of each configuration. */
  readonly seed: number
  /** The metric that decides, e.g. `ndcg@10`. */
  readonly objective: string
  /** Configurations at most. */
  readonly trials: number
  /** Milliseconds at most, from the first look on, those of earlier processes among them. */
  readonly budgetMs?: number
}

/** How far a search is. */
export interface SearchState {
  readonly looks: readonly Look[]
  /** Looks under way. */
  readonly running: readonly Pick<Ask, 'trial' | 'options'>[]
  readonly spentMs: number
}

export interface SearchContext {
  readonly looker: Looker
  readonly signal?: AbortSignal
  /** Told when a look begins and when it is over. */
  readonly onState?: (state: SearchState) => void
}

/** Configurations that are fitted with further seeds, besides the defaults: one seed's best is partly luck. */
const FINALISTS = 5
const FURTHER_SEEDS = 2
/** Of the budget in time, until the finalists have their turn. */
const SEARCH_SHARE = 0.85

type Asked = Omit<Ask, 'origin'> & { readonly origin: Look['origin'] }

/**
 * Searches, or goes on where the log ends. The first look, at the defaults, is never cut short.
 *
 * Throws ERR_ABORTED, after which the log can be gone on with; the error of the first trial if none could be fitted.
 */
export async function choose({ space, seed, objective, trials, budgetMs = Infinity }: Search, log: Log, context: SearchContext): Promise<Ended> {
  if (log.ended) return log.ended
  const take = takeLooks(log, context)
  const value = ({ metrics }: Outcome): number => metrics?.[objective] ?? -Infinity

  const asking = search(space, seed, trials)
  let repeatable = true
  for (let next = asking.next(); !next.done;) {
    const answers = await take(next.value, log.looks.length === 0 ? Infinity : SEARCH_SHARE * budgetMs)
    repeatable = answers.every(answer => answer !== undefined)
    if (!repeatable) break
    next = asking.next(answers.map(answer => answer ? value(answer) : -Infinity))
  }

  const finalists = firstOf(log.looks.filter(look => look.seed === seed && look.metrics), space, value)
  if (finalists.length === 0) throw failureOf(log.looks[0])
  const seeds = [seed]
  for (let further = 1; further <= FURTHER_SEEDS; further++) {
    const another = (seed + further) % 0x100000000
    const again = (some: readonly Look[]): Promise<(Look | undefined)[]> =>
      take(some.map(({ trial, options }) => ({ trial, origin: 'final', options, seed: another })), budgetMs)
    const [best] = await again(finalists.slice(0, 1))
    if (best && value(best) === value(finalists[0])) break // the seed has no say
    const answers = [best, ...await again(finalists.slice(1))]
    repeatable &&= answers.every(answer => answer !== undefined)
    if (!answers.every(answer => answer?.metrics)) break
    seeds.push(another)
  }
  const candidates = finalists.map(({ trial, options }): Candidate => {
    const own = seeds.map(one => found(log.looks, options, one))
    const mean = (of: (look: Look) => number): number => own.reduce((sum, look) => sum + of(look), 0) / own.length
    return { trial, options, seeds, mean: mean(value), standardError: mean(look => look.metrics ? look.standardErrors[objective] : 0) }
  })
  const isDefault = ({ options }: Candidate): boolean => keyOf(options) === keyOf(space.defaults)
  const winner = candidates.reduce((best, one) => one.mean > best.mean ? one : best)
  const ended = { winner, defaults: candidates.find(isDefault), repeatable }
  await log.end(ended)
  return ended
}

// Looks of a batch, several at once, those that the log has not taken again; undefined for what the budget left no time for.
function takeLooks(log: Log, { looker, signal, onState }: SearchContext): (asks: readonly Asked[], untilMs: number) => Promise<(Look | undefined)[]> {
  const begun = performance.now()
  const spent = (): number => Math.round(log.spentMs + performance.now() - begun)
  const running = new Set<Asked>()
  const tell = (): void => onState?.({ looks: log.looks, running: [...running], spentMs: spent() })

  const takeOne = async (ask: Asked, untilMs: number, isAlone: boolean): Promise<Look | undefined> => {
    const known = log.looks.find(look => look.seed === ask.seed && keyOf(look.options) === keyOf(ask.options))
    if (known) return known
    const leftMs = untilMs - spent()
    if (leftMs <= 0) return undefined
    const timer = leftMs < Infinity ? AbortSignal.timeout(Math.min(leftMs, 2 ** 31 - 1)) : undefined
    running.add(ask)
    tell()
    try {
      const outcome = await looker.look(ask.options, ask.seed, AbortSignal.any([signal, timer].filter(one => one !== undefined)), isAlone)
      const look = { ...ask, ...outcome, spentMs: spent() }
      await log.add(look)
      return look
    } catch (error) {
      if (!(error instanceof MatineeError && error.code === 'ERR_ABORTED') || signal?.aborted || !timer?.aborted) throw error
      await log.add({ ...ask, stopped: 'budget', spentMs: spent() })
      return undefined
    } finally {
      running.delete(ask)
      tell()
    }
  }

  return async (asks, untilMs) => {
    const looks: (Look | undefined)[] = asks.map(() => undefined)
    let next = 0
    const one = async (): Promise<void> => {
      for (let at = next++; at < asks.length; at = next++) looks[at] = await takeOne(asks[at], untilMs, asks.length === 1)
    }
    await Promise.all(Array.from({ length: Math.min(looker.atOnce, asks.length) }, one))
    return looks
  }
}

// The best look of each of the best trials, and the defaults as they are.
function firstOf(looks: readonly Look[], { defaults }: Space, value: (look: Look) => number): Look[] {
  const ranked = looks.toSorted((a, b) => value(b) - value(a) || a.trial - b.trial || (keyOf(a.options) < keyOf(b.options) ? -1 : 1))
  const best = [...new Map(ranked.toReversed().map(look => [look.trial, look])).values()].toSorted((a, b) => ranked.indexOf(a) - ranked.indexOf(b)).slice(0, FINALISTS)
  const own = looks.find(({ options }) => keyOf(options) === keyOf(defaults))
  return own && !best.includes(own) ? [...best, own] : best
}

function found(looks: readonly Look[], options: Options, seed: number): Look {
  const look = looks.find(one => one.seed === seed && keyOf(one.options) === keyOf(options))
  if (!look) throw new Error(`no look at ${keyOf(options)} with seed ${seed}`)
  return look
}

const keyOf = (options: Options): string => JSON.stringify(options)

const failureOf = ({ error }: Look): MatineeError =>
  new MatineeError((error?.code ?? 'ERR_OPTION') as MatineeError['code'], `no configuration could be fitted; the first: ${error?.detail ?? 'no answer'}`)
