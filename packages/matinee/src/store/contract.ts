// What a store is: a log of what happened since the model was trained, and what was decided about items and users.
//
// One sequence numbers all changes of a store, in the order in which they were committed. A service folds them into memory at
// its start and follows them afterwards; so several services may share a store, and none asks it while it answers a list.

/** One event as a client tells it. */
export interface FeedbackEvent {
  /** Not empty, at most 256 characters. */
  readonly userId: string
  /** Not empty, at most 256 characters; need not be in the catalogue. */
  readonly itemId: string
  /** > 0 and finite; of rating and weight at most one is given, and where neither is the event has weight 1. */
  readonly rating?: number
  /** > 0 and finite. */
  readonly weight?: number
  /** What kind of event, at most 64 characters, such as `click`. */
  readonly type: string
  /** When it happened by the client's clock, seconds since 1970; null where the client does not say. */
  readonly timestamp: number | null
  /** A second event with the same user and key is the same event: it is not stored again. At most 128 characters. */
  readonly key?: string
}

/** An event that lies in the store. */
export interface StoredEvent extends FeedbackEvent {
  readonly sequence: number
  /** By the server's clock, milliseconds since 1970. */
  readonly receivedAt: number
}

/** What is decided about an item; where there is no rule it is available, neither pinned nor boosted, in no list. */
export interface ItemRule {
  /** A sold-out or retired item is not shown; default available. */
  readonly state?: 'available' | 'sold_out' | 'retired'
  /** Shown first, lowest number first, to everybody who may see it. */
  readonly pinned?: number
  /** Its score times this, > 0, before lists are cut; for a negative score divided by it. */
  readonly boost?: number
  /** `block`: not shown. `include`: where any item has it, only such items are shown. */
  readonly list?: 'include' | 'block'
}

/** One step of the store. */
export type Change = { readonly sequence: number } & (
  | { readonly kind: 'event', readonly event: StoredEvent }
  /** The event of that sequence number is gone. */
  | { readonly kind: 'undo', readonly undone: number, readonly userId: string }
  /** null: no rule any more. */
  | { readonly kind: 'rule', readonly itemId: string, readonly rule: ItemRule | null }
  /** All of the user before this step is to be forgotten, in base data and models too; userHash as `hashOf` gives it. */
  | { readonly kind: 'erase', readonly userHash: string }
)

/** What became of an event. */
export interface Appended {
  readonly sequence: number
  /** It was there already, under its key. */
  readonly duplicate: boolean
}

/** Which event to take back: by its sequence number, by its key, or the user's latest for an item. */
export type Undo =
  | { readonly userId: string, readonly sequence: number }
  | { readonly userId: string, readonly key: string }
  | { readonly userId: string, readonly itemId: string, readonly type?: string }

/** What an API key may do; each scope includes those before it. */
export type Scope = 'read' | 'write' | 'admin'

/** A key as it is kept: never the key itself. */
export interface ApiKey {
  readonly name: string
  readonly scope: Scope
  /** Hex; SHA-256 of the key, which is 32 random bytes. */
  readonly hash: string
  readonly createdAt: number
}

export interface StoreStats {
  readonly kind: 'sqlite' | 'postgres'
  readonly schemaVersion: number
  readonly events: number
  readonly users: number
  readonly items: number
  readonly rules: number
  readonly erasedUsers: number
  /** Of the newest change; 0 where there is none. */
  readonly lastSequence: number
  readonly sizeBytes: number
}

/** A promise of a store that writes is kept only when what it wrote is on disk. Throws ERR_STORE where the store cannot be reached or written. */
export interface Store {
  readonly kind: 'sqlite' | 'postgres'
  /** All or none, in this order, each with a number greater than all before; calls that come together are committed together. */
  append(events: readonly FeedbackEvent[]): Promise<readonly Appended[]>
  /** The event taken back; undefined where there is none such. */
  undo(which: Undo): Promise<StoredEvent | undefined>
  setItemRules(rules: ReadonlyMap<string, ItemRule | null>): Promise<void>
  /** Deletes the user's events for good, and remembers the user's hash. Gives the sequence number of the step. */
  eraseUser(userId: string): Promise<number>
  /** Keyed by a secret that was made with the store, so that nobody can tell erased ids by trying; hex. */
  hashOf(userId: string): string
  /** Hashes of erased users, each with the sequence number of the (last) step. */
  erasedUsers(): Promise<ReadonlyMap<string, number>>
  /** The changes after a sequence number, at most `limit`, in order; events that were undone or erased since are left out. */
  changesAfter(sequence: number, limit: number): Promise<readonly Change[]>
  /** A user's events in the order of their numbers. */
  eventsOf(userId: string): Promise<readonly StoredEvent[]>
  apiKeys(): Promise<readonly ApiKey[]>
  addApiKey(key: ApiKey): Promise<void>
  removeApiKey(name: string): Promise<boolean>
  stats(): Promise<StoreStats>
  close(): Promise<void>
}
