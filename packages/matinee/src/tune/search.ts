// Which configurations are tried: the defaults, Sobol points, then the neighbourhood of the best; only the best third at an
// effort is given more of it. docs/math/tuning.md
//
// What comes next depends on the answers to whole batches and on the seed, on nothing else: not on how long a trial took
// or on how many ran at once. So a search that is begun again with the same answers goes the same way.
import { seededRandom, sobolPoint } from '@matinee/core'
import { near } from './near.ts'
import { ETA, optionsAt, pointOf, type Options, type Space } from './space.ts'

/** Where a configuration came from. */
export type Origin = 'defaults' | 'start' | 'near'

/** A look at the validation item that is asked for. */
export interface Ask {
  /** Number of the configuration, from 1; all efforts of one are one trial. */
  readonly trial: number
  readonly origin: Origin
  readonly options: Options
  /** Of the fit. */
  readonly seed: number
}

/** A configuration on its way up the rungs. */
interface Climber {
  readonly trial: number
  readonly origin: Origin
  readonly point: readonly number[]
  /** By rung; −∞ for a failure. */
  readonly values: number[]
  best: number
}

const START_PER_DIMENSION = 5
const BATCH = 6
/** Draws for one new configuration, after which the space counts as used up. */
const DRAWS = 100

/** Yields batches and is given the answers: what the objective was, −∞ for a failure, in the batch's order. */
export function* search(space: Space, seed: number, nTrials: number): Generator<readonly Ask[], void, readonly number[]> {
  const climbers: Climber[] = []
  const seen = new Set<string>()
  const { rungs = [undefined] } = space.effort ?? {}
  const ask = ({ trial, origin, point }: Climber, effort: number | undefined): Ask =>
    ({ trial, origin, seed, options: origin === 'defaults' ? withEffort(space, effort) : optionsAt(space, point, effort) })
  const enter = (origin: Origin, point: readonly number[]): Climber => {
    const climber = { trial: climbers.length + 1, origin, point, values: [], best: -Infinity }
    climbers.push(climber)
    seen.add(JSON.stringify(ask(climber, rungs[0]).options))
    return climber
  }
  const isNew = (point: readonly number[]): boolean => !seen.has(JSON.stringify(optionsAt(space, point, rungs[0])))

  const firstNew = (draw: () => number[]): number[] | undefined => {
    for (let drawn = 0; drawn < DRAWS; drawn++) {
      const point = draw()
      if (isNew(point)) return point
    }
  }

  const first = enter('defaults', pointOf(space, space.defaults))
  const [value] = yield [{ trial: 1, origin: 'defaults', options: space.defaults, seed }]
  first.best = value
  yield* climb([first, ...startPoints(space, seed, nTrials - 1, isNew).map(point => enter('start', point))])
  while (climbers.length < nTrials) {
    const batch: Climber[] = []
    while (batch.length < BATCH && climbers.length < nTrials) {
      const random = seededRandom(seed, climbers.length)
      const ranked = climbers.filter(({ best }) => best > -Infinity).sort((a, b) => b.best - a.best || a.trial - b.trial)
      const point = firstNew(() => near(space, ranked.map(climber => climber.point), random))
      if (!point) break
      batch.push(enter('near', point))
    }
    if (batch.length === 0) return // nothing is left that was not tried
    yield* climb(batch)
  }

  // The new ones get the least effort; then, rung by rung, the best third of all that were there so far gets more.
  function* climb(entering: readonly Climber[]): Generator<readonly Ask[], void, readonly number[]> {
    for (let rung = 0; rung < rungs.length; rung++) {
      const going = rung === 0 ? entering : promoted(climbers, rung)
      if (going.length === 0) return
      const answers = yield going.map(climber => ask(climber, rungs[rung]))
      going.forEach((climber, at) => {
        climber.values[rung] = answers[at]
        climber.best = Math.max(climber.best, answers[at])
      })
    }
  }
}

// The defaults need not lie in the space.
const withEffort = ({ defaults, effort }: Space, given: number | undefined): Options =>
  effort && given !== undefined ? { ...defaults, [effort.name]: given } : defaults

function startPoints(space: Space, seed: number, most: number, isNew: (point: readonly number[]) => boolean): number[][] {
  const wanted = Math.min(most, START_PER_DIMENSION * space.dimensions.length)
  const points = new Map<string, number[]>()
  for (let index = 0; index < wanted * DRAWS && points.size < wanted; index++) {
    const point = sobolPoint(index, space.dimensions.length, seed)
    const key = JSON.stringify(optionsAt(space, point))
    if (isNew(point) && !points.has(key)) points.set(key, point)
  }
  return [...points.values()]
}

// Successive halving as ASHA decides it (Li et al. 2020, algorithm 2), but over whole batches.
function promoted(climbers: readonly Climber[], rung: number): Climber[] {
  const there = climbers.filter(({ values }) => values[rung - 1] !== undefined)
  const ranked = there.sort((a, b) => b.values[rung - 1] - a.values[rung - 1] || a.trial - b.trial)
  const best = ranked.slice(0, Math.max(1, Math.floor(there.length / ETA)))
  return best.filter(({ values }) => values[rung] === undefined && values[rung - 1] > -Infinity)
}
