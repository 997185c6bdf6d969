// What goes over the wire: every request and answer as a schema, and as a type made from it. It imports nothing else, so that a
// page or a client can use the types alone. Names are snake_case here and camelCase everywhere else.
import Type, { type Static, type TProperties, type TSchema } from 'typebox'

const object = <Properties extends TProperties>(properties: Properties, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description !== undefined && { description }) })

/** One of some texts. */
const oneOf = <const Values extends readonly string[]>(values: Values, description?: string) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...(description !== undefined && { description }) })

const id = (description: string) => Type.String({ minLength: 1, maxLength: 256, description })
const UserId = id('As in your data.')
const ItemId = id('As in your data.')
const Version = Type.String({ description: 'The version that answered, as in the artifacts folder.' })
const Title = Type.Union([Type.String(), Type.Null()], { description: 'As published; null where none is known.' })

/** What is known of an item: texts, numbers, booleans or lists of texts. */
type AttributeValue = string | number | boolean | readonly string[]
const Attributes = Type.Unsafe<Record<string, AttributeValue>>({ type: 'object', additionalProperties: true, description: 'What the catalogue says of the item.' })

const Contribution = object({ item_id: Type.String(), title: Title, contribution: Type.Number() })

const ByFeature = object({
  base: Type.Number({ description: 'What any candidate has; with the contributions it sums to the score.' }),
  features: Type.Array(object({
    feature: Type.String(), value: Type.Union([Type.Number(), Type.Null()], { description: 'null where it is not known.' }), contribution: Type.Number(),
  }), { description: 'Greatest first; empty for an item that no source proposes, which stands below all that are.' }),
  proposed_by: Type.Array(object({ source: Type.String(), rank: Type.Integer({ minimum: 1 }) })),
})

const Place = object({
  rank: Type.Integer({ minimum: 1 }),
  item_id: Type.String(),
  title: Title,
  score: Type.Number(),
  attributes: Attributes,
  contributions: Type.Optional(Type.Array(Contribution, { description: 'With explain: what each item of the history adds to the score; they sum to it. Empty for a model of two stages.' })),
  by_feature: Type.Optional(ByFeature),
})

/** One place of a list. */
export type Place = Static<typeof Place>

const Reason = Type.Optional(Type.String({ description: 'Why there are fewer items than were asked for; absent when there are as many.' }))
const Synthetic = Type.Optional(Type.Boolean({ description: 'true where the version was trained on made-up data.' }))

export const RecommendAnswer = object({
  version: Version,
  synthetic: Synthetic,
  user_id: Type.Union([Type.String(), Type.Null()], { description: 'null for a history.' }),
  fallback: Type.Optional(oneOf(['popular'], 'The user is unknown, and these are the most popular items.')),
  reflects_feedback: Type.Optional(Type.Boolean({
    description: 'Absent where there is no feedback since the version was trained; false where the model cannot count it: its items are left out all the same.',
  })),
  unknown_items: Type.Optional(Type.Array(Type.String(), { description: 'Items of the history that the catalogue does not have.' })),
  recommendations: Type.Array(Place),
  reason: Reason,
})
export type RecommendAnswer = Static<typeof RecommendAnswer>

export const SimilarAnswer = object({ version: Version, synthetic: Synthetic, item_id: Type.String(), title: Title, similar: Type.Array(Place), reason: Reason })
export type SimilarAnswer = Static<typeof SimilarAnswer>

const ids = (maxItems: number, description: string) => Type.Optional(Type.Array(id('An item id.'), { maxItems, description }))
/** The most items that a list has. */
const MOST = 1000
const listOptions = {
  n: Type.Integer({ minimum: 1, maximum: MOST, default: 10, description: 'Length of the list.' }),
  offset: Type.Integer({ minimum: 0, maximum: 10_000, default: 0, description: 'Places to leave out before the first one shown.' }),
  filter: Type.Optional(Type.Array(Type.String({ pattern: '^[^=]+=', maxLength: 512, examples: ['genres=Drama'] }), {
    maxItems: 16, description: 'ATTRIBUTE=VALUE; of several, all must hold.',
  })),
  exclude: ids(MOST, 'Item ids never to show. In a query: again and again, or with commas between them.'),
  candidates: ids(MOST, 'Show only these item ids; given as exclude is.'),
  mmr: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'How much likeness to what stands above counts against an item: 0 (default) not at all, 1 nothing else.' })),
  cap: Type.Optional(Type.Array(Type.String({ pattern: '^[^=]+=[1-9][0-9]{0,5}$', maxLength: 512, examples: ['genres=3'] }), {
    maxItems: 16, description: 'ATTRIBUTE=N: at most N items with the same value of the attribute.',
  })),
}
const listening = {
  ...listOptions,
  include_seen: Type.Boolean({ default: false, description: 'Show what the user has had as well.' }),
  explain: Type.Boolean({ default: false, description: 'Say what each item of the history, or each feature, adds to each score; for at most 50 places.' }),
}

export const RecommendQuery = object({
  user_id: UserId,
  ...listening,
  fallback: Type.Optional(oneOf(['popular'], 'The list for a user who is unknown; without it the answer is 404.')),
})
export type RecommendQuery = Static<typeof RecommendQuery>

const positive = (description: string) => Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12, description }))
const strength = {
  rating: positive('By rating; of rating and weight at most one.'),
  weight: positive('By weight; without either the event counts 1.'),
}

const orNull = <Schema extends TSchema>(schema: Schema, description: string) => Type.Optional(Type.Union([schema, Type.Null()], { description }))
const Timestamp = orNull(Type.Number({ minimum: 0, maximum: 253_402_300_799 }), 'When it happened, in seconds since 1970.')
export const HistoryBody = object({
  history: Type.Array(object({ item_id: ItemId, ...strength, timestamp: Timestamp }), { maxItems: 10_000, description: 'What somebody has had, the earliest first.' }),
  ...Type.Partial(Type.Object(listening)).properties,
})
export type HistoryBody = Static<typeof HistoryBody>

export const SimilarQuery = object({ item_id: ItemId, ...listOptions })
export type SimilarQuery = Static<typeof SimilarQuery>

const paging = (most: number, description: string) => ({
  n: Type.Integer({ minimum: 1, maximum: most, default: 20, description }),
  offset: Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0, description: 'Entries to leave out before the first one shown.' }),
})

const Rule = object({
  state: Type.Optional(oneOf(['available', 'sold_out', 'retired'], 'Sold-out and retired items are not shown.')),
  pinned: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Shown first, lowest number first.' })),
  boost: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: 'Its score is multiplied by it; a negative one divided.' })),
  list: Type.Optional(oneOf(['include', 'block'], '`block`: never shown. `include`: where any item has it, only such items are shown.')),
}, 'What is decided about the item; empty where nothing is.')

export const ItemsQuery = object({ q: Type.String({ minLength: 1, maxLength: 256, description: 'A part of a title or an id, in either case.' }), ...paging(200, 'Items at most.') })
export type ItemsQuery = Static<typeof ItemsQuery>
const Item = { item_id: Type.String(), title: Title, attributes: Attributes, rule: Rule }
export const ItemsAnswer = object({ version: Version, items: Type.Array(object(Item)), total: Type.Integer({ description: 'Items that match.' }) })
export type ItemsAnswer = Static<typeof ItemsAnswer>
export const ItemAnswer = object({ version: Version, ...Item })
export type ItemAnswer = Static<typeof ItemAnswer>
export const ItemPath = object({ item_id: ItemId })
export type ItemPath = Static<typeof ItemPath>

export const ItemPatch = Type.Object({
  state: orNull(oneOf(['available', 'sold_out', 'retired']), 'null: available.'),
  pinned: orNull(Type.Integer({ minimum: 0, maximum: 1_000_000 }), 'null: not pinned.'),
  boost: orNull(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }), 'null: not boosted.'),
  list: orNull(oneOf(['include', 'block']), 'null: in no list.'),
}, { additionalProperties: false, minProperties: 1, description: 'What is to change; what is not named stays.' })
export type ItemPatch = Static<typeof ItemPatch>

export const ListPath = object({ list: oneOf(['include', 'block']) })
export type ListPath = Static<typeof ListPath>
export const ListBody = object({ item_ids: Type.Array(ItemId, { maxItems: 10_000, uniqueItems: true, description: 'The whole list: what is not in it is in it no more.' }) })
export type ListBody = Static<typeof ListBody>
export const ListAnswer = object({
  list: Type.String(), item_ids: Type.Array(Type.String()), unknown_items: Type.Array(Type.String(), { description: 'Those that the live version does not have.' }),
})
export type ListAnswer = Static<typeof ListAnswer>

export const UserPath = object({ user_id: UserId })
export type UserPath = Static<typeof UserPath>
export const UserHistoryQuery = object(paging(1000, 'Entries at most.'))
export type UserHistoryQuery = Static<typeof UserHistoryQuery>
const HistoryEntry = object({
  item_id: Type.String(),
  title: Title,
  source: oneOf(['version', 'feedback'], 'Whether the version knows it, or it came since.'),
  weight: Type.Optional(Type.Number({ description: 'Of the version: as it was trained. Of feedback: as it was sent.' })),
  rating: Type.Optional(Type.Number()),
  type: Type.Optional(Type.String()),
  timestamp: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  sequence: Type.Optional(Type.Integer({ description: 'Of feedback: its number in the store.' })),
})
export const UserHistoryAnswer = object({ version: Version, user_id: Type.String(), history: Type.Array(HistoryEntry), total: Type.Integer() })
export type UserHistoryAnswer = Static<typeof UserHistoryAnswer>
export const EraseAnswer = object({
  erased: Type.Boolean(),
  sequence: Type.Integer({ description: 'Of the step in the store.' }),
  versions: oneOf(['pending'], 'The versions on disk are rewritten without the user in the background; see /admin/status.'),
})
export type EraseAnswer = Static<typeof EraseAnswer>

const EventType = Type.String({ minLength: 1, maxLength: 64, description: 'Such as click; default event.' })
const Key = Type.String({ minLength: 1, maxLength: 128, description: 'Makes it safe to send again: a second event with the user and key is the same event.' })
export const FeedbackEvent = object({
  user_id: UserId,
  item_id: ItemId,
  ...strength,
  type: Type.Optional(EventType),
  timestamp: Timestamp,
  key: Type.Optional(Key),
})
export type FeedbackEvent = Static<typeof FeedbackEvent>
export const FeedbackBody = Type.Union([FeedbackEvent, object({ events: Type.Array(FeedbackEvent, { minItems: 1, maxItems: 1000 }) })], {
  description: 'One event, or up to 1,000 of them: all are stored or none.',
})
export type FeedbackBody = Static<typeof FeedbackBody>
export const FeedbackAnswer = object({
  stored: Type.Integer({ description: 'Events that are on disk now and were not before.' }),
  duplicates: Type.Integer({ description: 'Events that were there already, under their key.' }),
  events: Type.Array(object({ sequence: Type.Integer(), duplicate: Type.Boolean() }), { description: 'In the order of the request.' }),
})
export type FeedbackAnswer = Static<typeof FeedbackAnswer>
export const UndoQuery = object({
  user_id: UserId,
  sequence: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'The event of that number; of sequence, key and item_id one.' })),
  key: Type.Optional(Key),
  item_id: Type.Optional(id('The user\'s latest event for this item.')),
  type: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'With item_id: the latest of this type.' })),
})
export type UndoQuery = Static<typeof UndoQuery>
export const UndoAnswer = object({
  undone: object({ sequence: Type.Integer(), item_id: Type.String(), type: Type.String() }),
  in_force: oneOf(['now', 'after_retrain'], '`after_retrain`: the live version was trained with the event.'),
})
export type UndoAnswer = Static<typeof UndoAnswer>

export const ModelAnswer = object({
  version: Version,
  synthetic: Synthetic,
  model: Type.String(),
  options: Type.Unsafe<Record<string, string | number>>({ type: 'object', additionalProperties: true }),
  created_at: Type.String({ description: 'When it was saved; ISO 8601.' }),
  loaded_at: Type.String({ description: 'When this process began to answer with it.' }),
  users: Type.Integer(),
  items: Type.Integer(),
  interactions: Type.Integer(),
  dataset: Type.Union([Type.String(), Type.Null()]),
  metrics: Type.Unsafe<Record<string, number>>({ type: 'object', additionalProperties: { type: 'number' }, description: 'As measured when it was trained.' }),
  can: object({ recommend_from_history: Type.Boolean(), similar: Type.Boolean(), explain: Type.Boolean() }),
})
export type ModelAnswer = Static<typeof ModelAnswer>

const Job = object({
  kind: oneOf(['retrain', 'erase']),
  state: oneOf(['running', 'done', 'failed']),
  started_at: Type.String(),
  ended_at: Type.Union([Type.String(), Type.Null()]),
  exit_code: Type.Union([Type.Integer(), Type.Null()]),
  output: Type.Array(Type.String(), { description: 'Its last lines.' }),
})
export const JobAnswer = object({ job: Job })
export type JobAnswer = Static<typeof JobAnswer>
export const RollbackBody = object({ version: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Default: the newest before the live one.' })) })
export type RollbackBody = Static<typeof RollbackBody>
export const ReloadAnswer = object({ version: Version, former: Type.String({ description: 'The one that was live before.' }) })
export type ReloadAnswer = Static<typeof ReloadAnswer>
export const StatusAnswer = object({
  version: Version,
  loaded_at: Type.String(),
  started_at: Type.String(),
  swaps: Type.Integer(),
  refused: Type.Union([object({ version: Type.String(), error: Type.String() }), Type.Null()], { description: 'The version that CURRENT names and that could not be loaded.' }),
  versions: Type.Array(object({ version: Type.String(), live: Type.Boolean(), error: Type.Union([Type.String(), Type.Null()]) })),
  jobs: Type.Array(Job, { description: 'The latest of each kind.' }),
  feedback: object({
    last_sequence: Type.Integer({ description: 'Of the newest change that was folded in.' }),
    lag_seconds: Type.Number({ description: 'Since the store was last asked for changes with success.' }),
    waiting: Type.Integer({ description: 'Events that are on their way to the disk.' }),
    users: Type.Integer({ description: 'With feedback since the version.' }),
    events: Type.Integer(),
    erasure_pending: Type.Boolean(),
  }),
  rules: Type.Integer(),
})
export type StatusAnswer = Static<typeof StatusAnswer>

export const HealthAnswer = object({ status: oneOf(['ok', 'not_ready']), version: Type.Optional(Type.String()), why: Type.Optional(Type.String()) })
export type HealthAnswer = Static<typeof HealthAnswer>

export const ErrorAnswer = object({
  error: object({
    code: Type.String({ description: 'Stable; docs/reference/http.md has all of them.' }),
    message: Type.String({ description: 'What is wrong.' }),
    action: Type.String({ description: 'What to do.' }),
  }),
})
export type ErrorAnswer = Static<typeof ErrorAnswer>
