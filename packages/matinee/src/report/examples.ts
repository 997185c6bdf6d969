// Ten users: what they had, what was hidden, and what each version would have shown them.
import { itemIndex, userIndex, type ItemIndex } from '@matinee/core'
import type { MeasuredVersion } from './measure.ts'

export interface Shown {
  readonly title: string
  readonly isHidden: boolean
}

export interface Example {
  readonly userId: string
  readonly nInteractions: number
  /** Some of what the model was fitted on, the greatest weights first. */
  readonly history: readonly string[]
  readonly hidden: readonly string[]
  readonly lists: readonly { readonly label: string, readonly items: readonly Shown[] }[]
}

const USERS = 10
const HISTORY = 10

/** Evenly from those with the shortest history to those with the longest: nobody picks them by their lists. */
export function exampleUsers(versions: readonly MeasuredVersion[]): Example[] {
  const [{ recommender, users }] = versions
  const { history: { indptr, items, weights, fitted } } = recommender.contents
  const length = (user: number): number => indptr[user + 1] - indptr[user]
  const byLength = Array.from(users).sort((a, b) => length(a) - length(b) || a - b)
  const n = Math.min(USERS, byLength.length)
  const title = (item: ItemIndex): string => recommender.catalogue[item].title ?? recommender.items.idOf(item)
  return Array.from({ length: n }, (_, at) => byLength[Math.floor(((at + 0.5) * byLength.length) / n)]).map(user => {
    const own = Array.from({ length: length(user) }, (_, at) => indptr[user] + at)
    const hidden = own.filter(at => fitted[at] === 0).map(at => items[at])
    const known = own.filter(at => fitted[at] === 1).sort((a, b) => weights[b] - weights[a] || items[a] - items[b])
    return {
      userId: recommender.users.idOf(userIndex(user)),
      nInteractions: known.length,
      history: known.slice(0, HISTORY).map(at => title(itemIndex(items[at]))),
      hidden: hidden.map(item => title(itemIndex(item))),
      lists: versions.map(version => {
        const { k, items: listed } = version.lists
        const row = version.users.indexOf(user)
        const own = Array.from(listed.subarray(row * k, (row + 1) * k)).filter(item => item >= 0)
        return { label: version.label, items: own.map(item => ({ title: title(itemIndex(item)), isHidden: hidden.includes(item) })) }
      }),
    }
  })
}
