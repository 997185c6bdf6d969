// What the MovieLens datasets have in common.
import type { DatasetDefinition } from '../definition.ts'

export const GROUPLENS = 'https://files.grouplens.org/datasets/movielens/'

export const citation = 'F. M. Harper and J. A. Konstan. 2015. The MovieLens Datasets: History and Context. '
  + 'ACM Transactions on Interactive Intelligent Systems 5, 4, article 19. https://doi.org/10.1145/2827872'

/** 100K, 1M, 10M, 20M: research use, no redistribution. */
export const closedLicense = 'GroupLens: not for commercial use and not to be redistributed without permission; cite as below. '
  + 'Terms in the README of the archive.'

/** latest, 25M, 32M: may be passed on under the same terms. */
export const openLicense = 'GroupLens: not for commercial use without permission; may be redistributed under the same terms; '
  + 'cite as below. Terms in the README of the archive.'

/** userId, movieId, rating, timestamp: the order of columns in all of them. */
export const columns = { user: 0, item: 1, rating: 2, time: 3 } as const

export const ratingsDat: DatasetDefinition['ratings'] = {
  file: 'ratings.dat', dialect: { delimiter: '::', quote: '', header: false, encoding: 'utf-8' }, columns,
}

export const ratingsCsv: DatasetDefinition['ratings'] = {
  file: 'ratings.csv', dialect: { delimiter: ',', quote: '"', header: true, encoding: 'utf-8' }, columns,
}
