import { meanAt, type MetricOfList } from './contract.ts'

/** GAP_r / GAP_p of Abdollahpouri et al. 2019: both are means over users of the mean over items. */
export const popularityLift: MetricOfList = {
  summary: 'Mean popularity of what is listed / mean popularity of what the users had: 1 as popular, 2 twice as popular.',
  better: 'neither',
  range: [0, Infinity],
  ofUser: ({ items }, { popularity }) => meanAt(items, item => popularity[item]),
  outOf: ({ history }, { popularity }) => meanAt(history, item => popularity[item]),
}
