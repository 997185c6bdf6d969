// What happened since the model was trained, folded into memory: events of users, rules of items, erased users.
//
// The store is followed by its sequence numbers, so that several services share one. What this process writes itself is
// folded in at once; coming back from the store it is known by its number.
import type { Appended, Change, FeedbackEvent, ItemRule, Store, StoredEvent } from '../store/index.ts'

/** An event as a list needs it. */
export interface OverlayEvent extends Pick<FeedbackEvent, 'itemId' | 'rating' | 'weight' | 'type' | 'timestamp'> {
  readonly sequence: number
  /** When it happened by the client's clock, else when it came: seconds since 1970. */
  readonly time: number
}

/** Changes that one question to the store asks for. */
const AT_A_TIME = 5000

export class Overlay {
  readonly #store: Store
  #floor: number
  readonly #events = new Map<string, readonly OverlayEvent[]>()
  readonly #rules = new Map<string, ItemRule>()
  readonly #erased = new Map<string, number>()
  #sequence = 0
  #caughtUpAt = 0
  #rulesRevision = 0
  #erasedRevision = 0
  #nEvents = 0
  #lastErasure = 0
  #following: Promise<void> = Promise.resolve()

  /** floor: events up to that number are not kept, since the version was trained with them. */
  constructor(store: Store, floor: number) {
    this.#store = store
    this.#floor = floor
  }

  /** Events up to that number are not here. */
  get floor(): number {
    return this.#floor
  }

  /** Of the newest change that was folded in. */
  get sequence(): number {
    return this.#sequence
  }

  /** When the store was last asked for changes with success, milliseconds by performance.now(). */
  get caughtUpAt(): number {
    return this.#caughtUpAt
  }

  get rules(): ReadonlyMap<string, ItemRule> {
    return this.#rules
  }

  /** Other than before when a rule has changed. */
  get rulesRevision(): number {
    return this.#rulesRevision
  }

  /** Other than before when a user was erased. */
  get erasedRevision(): number {
    return this.#erasedRevision
  }

  get nUsers(): number {
    return this.#events.size
  }

  get nEvents(): number {
    return this.#nEvents
  }

  /** The number of the last step that erased somebody; 0 where there is none. */
  get lastErasure(): number {
    return this.#lastErasure
  }

  /** Whether all of the user that stands in data up to `sequence` is to be forgotten. */
  isErased(userId: string, sequence: number): boolean {
    return this.#erased.size > 0 && (this.#erased.get(this.#store.hashOf(userId)) ?? 0) > sequence
  }

  get hasErased(): boolean {
    return this.#erased.size > 0
  }

  /** A user's events after a number, in the order of their numbers. */
  eventsOf(userId: string, after: number): readonly OverlayEvent[] {
    const events = this.#events.get(userId)
    if (!events) return NONE
    return events[0].sequence > after ? events : events.filter(({ sequence }) => sequence > after)
  }

  /** Folds in what the store has and this process does not know. Throws ERR_STORE. */
  follow(): Promise<void> {
    const turn = this.#following.then(() => this.#catchUp())
    this.#following = turn.catch(() => {}) // whoever asked for it has the error
    return turn
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const changes = await this.#store.changesAfter(this.#sequence, AT_A_TIME)
      for (const change of changes) this.#fold(change)
      if (changes.length < AT_A_TIME) break
    }
    this.#caughtUpAt = performance.now()
  }

  /** Folds in events that this process has stored, without a question to the store. */
  addOwn(events: readonly FeedbackEvent[], appended: readonly Appended[]): void {
    events.forEach((event, at) => {
      const { sequence, duplicate } = appended[at]
      // what was passed in following is here already, or was undone since
      if (!duplicate && sequence > this.#sequence) this.#add(event.userId, overlayEvent({ ...event, sequence, receivedAt: Date.now() }))
    })
  }

  /** Whether the user's event of that number is here. */
  has(userId: string, sequence: number): boolean {
    return this.#events.get(userId)?.some(event => event.sequence === sequence) ?? false
  }

  /** Lets go of events that the live version was trained with. */
  letGo(sequence: number): void {
    this.#floor = Math.max(this.#floor, sequence)
    for (const userId of [...this.#events.keys()]) this.#dropBefore(userId, this.#floor)
  }

  #fold(change: Change): void {
    if (change.kind === 'event') this.#add(change.event.userId, overlayEvent(change.event))
    else if (change.kind === 'undo') this.#remove(change.userId, change.undone)
    else if (change.kind === 'rule') this.#setRule(change.itemId, change.rule)
    else this.#erase(change.userHash, change.sequence)
    this.#sequence = change.sequence
  }

  #setRule(itemId: string, rule: ItemRule | null): void {
    if (rule && Object.keys(rule).length > 0) this.#rules.set(itemId, rule)
    else this.#rules.delete(itemId)
    this.#rulesRevision++
  }

  #erase(userHash: string, sequence: number): void {
    this.#erased.set(userHash, sequence)
    this.#lastErasure = sequence
    this.#erasedRevision++
    for (const userId of [...this.#events.keys()]) {
      if (this.#store.hashOf(userId) === userHash) this.#dropBefore(userId, sequence)
    }
  }

  #remove(userId: string, sequence: number): void {
    const rest = this.#events.get(userId)?.filter(event => event.sequence !== sequence)
    if (rest) this.#replace(userId, rest)
  }

  #add(userId: string, event: OverlayEvent): void {
    const events = this.#events.get(userId) ?? NONE
    if (event.sequence <= this.#floor || events.some(({ sequence }) => sequence === event.sequence)) return
    this.#replace(userId, [...events, event].sort((a, b) => a.sequence - b.sequence))
  }

  #dropBefore(userId: string, sequence: number): void {
    const events = this.#events.get(userId)
    if (events && events[0].sequence <= sequence) this.#replace(userId, events.filter(event => event.sequence > sequence))
  }

  // A new array each time: who keeps what was made from the old one sees that it is no more.
  #replace(userId: string, events: readonly OverlayEvent[]): void {
    this.#nEvents += events.length - (this.#events.get(userId)?.length ?? 0)
    if (events.length === 0) this.#events.delete(userId)
    else this.#events.set(userId, events)
  }
}

const NONE: readonly OverlayEvent[] = []

const overlayEvent = ({ itemId, rating, weight, type, timestamp, sequence, receivedAt }: Omit<StoredEvent, 'userId'>): OverlayEvent =>
  ({ itemId, type, timestamp, sequence, time: timestamp ?? receivedAt / 1000, ...(rating !== undefined && { rating }), ...(weight !== undefined && { weight }) })
