import type { SliceDefinition } from './contract.ts'

const LIKED = 4

export const rating: SliceDefinition = {
  summary: 'Hidden items by the rating that they got: 4 or more, as from somebody who liked it on a scale to 5, or less.',
  slice({ valueKind }) {
    if (valueKind !== 'rating') return undefined
    const groups = [{ name: 'atLeast4', what: 'ratings of 4 or more' }, { name: 'below4', what: 'ratings below 4' }]
    return { groups, groupOf: (_user, _item, value) => value >= LIKED ? 0 : 1 }
  },
}
