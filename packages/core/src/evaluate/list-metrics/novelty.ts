import { log2 } from '../../base/index.ts'
import { meanAt, type MetricOfList } from './contract.ts'

/** Mean self-information (Zhou et al. 2010). */
export const novelty: MetricOfList = {
  summary: 'Mean over the list of −log2(share of the users who had the item in training), in bits: how little known it is.',
  better: 'higher',
  range: [0, Infinity],
  ofUser: ({ items }, { popularity, nUsers }) => meanAt(items, item => log2(nUsers / Math.max(1, popularity[item]))),
}
