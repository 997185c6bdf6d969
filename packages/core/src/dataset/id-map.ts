// The two directions between the outside world's ids and dense indices.

/** Ids in index order, and back. */
export class IdMap<Id extends string, Index extends number> {
  /** position = index */
  readonly ids: readonly Id[]
  #indices: Map<string, Index> | undefined // made when first asked for: a fit needs none

  constructor(ids: readonly Id[]) {
    this.ids = ids
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
    this.#indices ??= new Map(this.ids.map((own, index) => [own, index as Index]))
    return this.#indices.get(id)
  }
}
