// The two directions between the outside world's ids and dense indices.

/** Ids in index order, and back. */
export class IdMap<Id extends string, Index extends number> {
  /** position = index */
  readonly ids: readonly Id[]
  readonly #indices = new Map<string, Index>()

  constructor(ids: readonly Id[]) {
    this.ids = ids
    ids.forEach((id, index) => this.#indices.set(id, index as Index))
  }

  get size(): number {
    return this.ids.length
  }

  /** The id at an index in [0, size). */
  idOf(index: Index): Id {
    return this.ids[index]
  }

  /** The index of an id, or undefined for an id never seen. */
  indexOf(id: string): Index | undefined {
    return this.#indices.get(id)
  }
}
