// What a comparison of so many users could have seen at all.

/** z₀.₉₇₅ + z₀.₈: quantiles of the normal distribution for a two-sided test at .05 and a power of .8. */
const QUANTILES = 1.959963984540054 + 0.8416212335729143

/**
 * The true difference that a test at .05 finds in 8 of 10 samples of so many users: (z₀.₉₇₅ + z₀.₈) · standard error
 * (Lachin 1981); undefined for one user. Of one test: after Holm's correction it takes more.
 *
 * deviation: of the users' differences; runVariance: what other seeds and splits add to the variance of the mean.
 */
export function smallestVisible(deviation: number, nUsers: number, runVariance = 0): number | undefined {
  return nUsers < 2 ? undefined : QUANTILES * Math.sqrt(deviation * deviation / nUsers + runVariance)
}
