// How the history's owner goes about: at one sitting or over years. The same for all candidates; the trees weigh the others by it.
import { DAY_SECONDS } from '../../dataset/index.ts'
import type { History } from '../../model/index.ts'
import type { FeatureGroup } from './contract.ts'

/** Items whose times say how quickly they were had. */
const LATELY = 10

/** t_k: the time of the item k before the last; t_0 − t_1 and t_0 − t_10 in seconds, how many of the last 10 steps took none, days since the first item */
export const paceFeatures: FeatureGroup = {
  summary: 'how quickly the history\'s last items were had, and since when there is one',
  needsTimes: true,
  fit: () => ({}),
  over: () => ({
    names: ['seconds_last_1', 'seconds_last_10', 'ties_last_10', 'days_of_history'],
    fill({ history }, columns) {
      const { items: { length }, times } = history
      const now = lastTimeOf(history)
      const since = (age: number): number => times && age < length ? now - times[length - 1 - age] : NaN
      let ties = Number.isNaN(now) ? NaN : 0
      for (let age = 1; times && age <= LATELY && age < length; age++) if (times[length - age] === times[length - 1 - age]) ties++
      const values = [since(1), since(LATELY), ties, since(length - 1) / DAY_SECONDS]
      columns.forEach((column, at) => column.fill(values[at]))
    },
  }),
}

/** Seconds; NaN where the time of the last item is not known. */
export const lastTimeOf = ({ items: { length }, times }: History): number => times && length > 0 ? times[length - 1] : NaN
