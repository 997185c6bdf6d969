// A client of the service, typed by what goes over the wire. It loads nothing: it runs where there is fetch.
import type {
  ErrorAnswer, EraseAnswer, FeedbackAnswer, FeedbackBody, HealthAnswer, HistoryBody, ItemAnswer, ItemPatch, ItemsAnswer, ItemsQuery, JobAnswer, ListAnswer,
  ListBody, ListPath, ModelAnswer, RecommendAnswer, RecommendQuery, ReloadAnswer, RollbackBody, SimilarAnswer, SimilarQuery, StatusAnswer, UndoAnswer, UndoQuery,
  UserHistoryAnswer, UserHistoryQuery,
} from './wire.ts'

export interface ClientOptions {
  /** An API key. */
  readonly key?: string
  /** Ends every request after so many milliseconds; default 10,000. */
  readonly timeoutMs?: number
  /** Instead of the global one. */
  readonly fetch?: typeof fetch
}

/** An answer of the service that is an error. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly status: number
  /** As docs/reference/http.md lists them; `unknown` where what answered was no matinee. */
  readonly code: string
  /** What to do. */
  readonly action: string
  /** Seconds after which to try again, if the service says so. */
  readonly retryAfter: number | undefined

  constructor(status: number, { error }: Partial<ErrorAnswer>, retryAfter: string | null) {
    super(error?.message ?? `the answer has status ${status} and no error.`)
    this.status = status
    this.code = error?.code ?? 'unknown'
    this.action = error?.action ?? ''
    this.retryAfter = retryAfter === null ? undefined : Number(retryAfter)
  }
}

/** A query, whose defaults the service knows. */
type Asked<Query, Needed extends keyof Query> = Pick<Query, Needed> & Partial<Query>

export interface Client {
  recommend(query: Asked<RecommendQuery, 'user_id'>): Promise<RecommendAnswer>
  recommendFor(body: HistoryBody): Promise<RecommendAnswer>
  similar(query: Asked<SimilarQuery, 'item_id'>): Promise<SimilarAnswer>
  items(query: Asked<ItemsQuery, 'q'>): Promise<ItemsAnswer>
  item(itemId: string): Promise<ItemAnswer>
  patchItem(itemId: string, patch: ItemPatch): Promise<ItemAnswer>
  list(name: ListPath['list']): Promise<ListAnswer>
  putList(name: ListPath['list'], body: ListBody): Promise<ListAnswer>
  userHistory(userId: string, query?: Partial<UserHistoryQuery>): Promise<UserHistoryAnswer>
  eraseUser(userId: string): Promise<EraseAnswer>
  feedback(body: FeedbackBody): Promise<FeedbackAnswer>
  undoFeedback(query: UndoQuery): Promise<UndoAnswer>
  model(): Promise<ModelAnswer>
  retrain(): Promise<JobAnswer>
  reload(): Promise<ReloadAnswer>
  rollback(body?: RollbackBody): Promise<ReloadAnswer>
  status(): Promise<StatusAnswer>
  healthz(): Promise<HealthAnswer>
  readyz(): Promise<HealthAnswer>
  metrics(): Promise<string>
}

/** A client of the service at `url`. Its methods throw ServiceError, and what fetch throws. */
export function createClient(url: string, { key, timeoutMs = 10_000, fetch: ask = fetch }: ClientOptions = {}): Client {
  const request = async (method: string, path: string, query: object = {}, body?: object): Promise<Response> => {
    const response = await ask(`${url.replace(/\/$/, '')}${path}${queryText(query)}`, {
      method,
      headers: { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.ok) return response
    const answer = await response.json().catch(() => ({})) as Partial<ErrorAnswer>
    throw new ServiceError(response.status, answer, response.headers.get('retry-after'))
  }
  const json = async <Answer>(method: string, path: string, query?: object, body?: object): Promise<Answer> =>
    await (await request(method, path, query, body)).json() as Answer
  const part = encodeURIComponent
  return {
    recommend: query => json('GET', '/recommend', query),
    recommendFor: body => json('POST', '/recommend', {}, body),
    similar: query => json('GET', '/similar', query),
    items: query => json('GET', '/items', query),
    item: itemId => json('GET', `/items/${part(itemId)}`),
    patchItem: (itemId, patch) => json('PATCH', `/items/${part(itemId)}`, {}, patch),
    list: name => json('GET', `/lists/${name}`),
    putList: (name, body) => json('PUT', `/lists/${name}`, {}, body),
    userHistory: (userId, query) => json('GET', `/users/${part(userId)}/history`, query),
    eraseUser: userId => json('DELETE', `/users/${part(userId)}`),
    feedback: body => json('POST', '/feedback', {}, body),
    undoFeedback: query => json('DELETE', '/feedback', query),
    model: () => json('GET', '/model'),
    retrain: () => json('POST', '/admin/retrain'),
    reload: () => json('POST', '/admin/reload'),
    rollback: (body = {}) => json('POST', '/admin/rollback', {}, body),
    status: () => json('GET', '/admin/status'),
    healthz: () => json('GET', '/healthz'),
    readyz: () => json('GET', '/readyz'),
    metrics: async () => (await request('GET', '/metrics')).text(),
  }
}

// A list stands in a query again and again.
function queryText(query: object): string {
  const pairs = Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map(one => [name, String(one)]))
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}
