// Places of lists as JSON. What does not change from list to list is made once for each item, when it is first shown; a score is
// written as JSON writes the float32 that the model gave, so that an answer is what the command prints.
import type { Recommendation, Recommender } from '@matinee/core'
import { itemIndex } from '@matinee/core'

export class PreparedPlaces {
  readonly #recommender: Recommender
  /** [nItems]: what stands before the score and behind it */
  readonly #before: (string | undefined)[]
  readonly #behind: (string | undefined)[]

  constructor(recommender: Recommender) {
    this.#recommender = recommender
    this.#before = new Array<string | undefined>(recommender.items.size)
    this.#behind = new Array<string | undefined>(recommender.items.size)
  }

  /** The places of a list as a JSON array. */
  json(places: readonly Recommendation[]): string {
    let text = '['
    for (let at = 0; at < places.length; at++) {
      const { rank, itemId, score } = places[at]
      const item = this.#recommender.items.indexOf(itemId) as number
      const before = this.#before[item] ?? this.#prepare(item)
      text += `${at === 0 ? '' : ','}{"rank":${rank}${before}${score}${this.#behind[item]}`
    }
    return `${text}]`
  }

  #prepare(item: number): string {
    const { items, catalogue } = this.#recommender
    const { title = null, attributes } = catalogue[item]
    const before = `,"item_id":${JSON.stringify(items.idOf(itemIndex(item)))},"title":${JSON.stringify(title)},"score":`
    this.#before[item] = before
    this.#behind[item] = `,"attributes":${JSON.stringify(attributes)}}`
    return before
  }
}
