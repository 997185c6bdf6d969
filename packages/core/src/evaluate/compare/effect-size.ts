// How large a difference is beside how much users differ.
import { meanOf } from '../runs.ts'

/** Of paired differences. */
export interface EffectSize {
  /** Mean over standard deviation (Cohen 1988, d_z); absent where all users have the same difference. */
  readonly standardized?: number
  /** Standard deviation over users, with n − 1; 0 for one user. */
  readonly deviation: number
  /** Shares of the users by the sign of their difference; they add up to 1. */
  readonly better: number
  readonly equal: number
  readonly worse: number
}

/** differences: [n ≥ 1], one a user; above 0 is better. */
export function effectSize(differences: Float64Array): EffectSize {
  const n = differences.length
  const mean = meanOf(differences)
  const allSame = differences.every(difference => difference === differences[0]) // a sum of squares would leave rounding
  const deviation = allSame ? 0 : Math.sqrt(meanOf(differences.map(difference => (difference - mean) * (difference - mean))) * n / (n - 1))
  let [better, worse] = [0, 0]
  for (const difference of differences) {
    if (difference > 0) better++
    if (difference < 0) worse++
  }
  return { ...(!allSame && { standardized: mean / deviation }), deviation, better: better / n, equal: (n - better - worse) / n, worse: worse / n }
}
