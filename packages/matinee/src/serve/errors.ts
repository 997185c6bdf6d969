// One shape of error for everything that a client can be told, and one table of them. docs/reference/http.md is written from it.
import { MatineeError, type ErrorCode } from '@matinee/core'
import type { ErrorAnswer } from './wire.ts'

/** Every code: the status it comes with, what it means, what to do. */
export const httpErrors = {
  invalid_request: { status: 400, means: 'A parameter or the body is not as the schema says.', action: 'Correct what is named above; /docs has every parameter with its range.' },
  unauthorized: { status: 401, means: 'A key is needed and none, or none that is known, was sent.', action: 'Send a key as `Authorization: Bearer KEY`; `matinee keys add` makes one.' },
  forbidden: { status: 403, means: 'The key has a smaller scope than the route needs.', action: 'Use a key of the scope named above.' },
  foreign_origin: { status: 403, means: 'A page of another origin asks.', action: 'Start the service with --cors and that origin if it may.' },
  not_found: { status: 404, means: 'There is no such route.', action: 'See /docs for all routes.' },
  unknown_user: { status: 404, means: 'The live version has no such user, and there is no feedback of one.', action: 'Ask with fallback=popular, or send a history by POST /recommend.' },
  unknown_item: { status: 404, means: 'The live version has no such item.', action: 'Look for it by GET /items?q=.' },
  unknown_event: { status: 404, means: 'There is no such event of the user, or it was undone before.', action: 'Check user_id and how the event is named.' },
  unknown_version: { status: 404, means: 'There is no such version, or none older than the live one, or it is not whole.', action: 'See `versions` of /admin/status.' },
  already_running: { status: 409, means: 'Such a job is under way.', action: 'Wait for it; /admin/status shows it.' },
  too_large: { status: 413, means: 'The body is larger than the service takes.', action: 'Send less at once; /feedback takes 1,000 events.' },
  url_too_long: { status: 414, means: 'The URL is longer than the service takes.', action: 'Name fewer items, or use POST /recommend.' },
  not_json: { status: 415, means: 'The body is not sent as JSON, or not as it is.', action: 'Send `Content-Type: application/json`, and no `Content-Encoding`.' },
  foreign_host: { status: 421, means: 'The Host header names a host that the service does not serve.', action: 'Start the service with --allow-host and that name if it does.' },
  not_supported: { status: 422, means: 'The live model cannot do it.', action: 'Train a model that can; docs/reference/models.md lists what each can.' },
  rate_limited: { status: 429, means: 'The caller has asked more often than the limit allows.', action: 'Wait as long as Retry-After says.' },
  headers_too_large: { status: 431, means: 'The headers, URL included, are larger than the service takes.', action: 'Send fewer or shorter headers.' },
  internal: { status: 500, means: 'A fault of the service.', action: 'Look into its log, and report it as a bug.' },
  store_unavailable: { status: 503, means: 'The store cannot be reached or written; nothing was stored, unless the message says that nobody knows.', action: 'Send it again as Retry-After says; events with a key are safe to send again.' },
  overloaded: { status: 503, means: 'The service has more to do than it can.', action: 'Send it again as Retry-After says.' },
  not_ready: { status: 503, means: 'There is no version to answer with, or the service is ending.', action: 'Try again, or ask another instance.' },
  timeout: { status: 408, means: 'The request did not come to its end in time.', action: 'Send it again.' },
} as const satisfies Record<string, { readonly status: number, readonly means: string, readonly action: string }>

/** A code of the table. */
export type HttpErrorCode = keyof typeof httpErrors

/** What a route throws to answer with an error of the table. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly code: HttpErrorCode

  constructor(code: HttpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get status(): number {
    return httpErrors[this.code].status
  }
}

/** Seconds after which to try again, for the errors that pass by themselves. */
export const RETRY_AFTER: Partial<Record<HttpErrorCode, number>> = { store_unavailable: 2, overloaded: 1, not_ready: 2 }

/** The body of an error. */
export const errorAnswer = ({ code, message }: HttpError): ErrorAnswer => ({ error: { code, message, action: httpErrors[code].action } })

const ofCore: Partial<Record<ErrorCode, HttpErrorCode>> = {
  ERR_UNKNOWN_USER: 'unknown_user', ERR_UNKNOWN_ITEM: 'unknown_item', ERR_NOT_SUPPORTED: 'not_supported', ERR_OPTION: 'invalid_request',
  ERR_EVENT: 'invalid_request', ERR_ARTIFACT_MISSING: 'unknown_version', ERR_ARTIFACT_CORRUPT: 'unknown_version', ERR_LOCKED: 'already_running',
  ERR_STORE: 'store_unavailable', ERR_STORE_BUSY: 'store_unavailable',
}
const ofFastify: Readonly<Record<string, HttpErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large', FST_ERR_CTP_INVALID_MEDIA_TYPE: 'not_json', FST_ERR_VALIDATION: 'invalid_request', FST_ERR_NOT_FOUND: 'not_found',
}

/** Any error as one of the table; what nobody expected is `internal`, and says nothing of itself to the client. */
export function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof MatineeError) {
    const code = ofCore[error.code]
    return code ? new HttpError(code, error.detail, { cause: error }) : internal(error)
  }
  const { code, statusCode, message, validation } = error as Partial<FastifyFault>
  if (validation?.[0]) return new HttpError('invalid_request', faultOf(validation, (error as FastifyFault).validationContext))
  const known = code === undefined ? undefined : ofFastify[code]
  if (known) return new HttpError(known, `${message?.replace(/\.$/, '')}.`)
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? new HttpError('invalid_request', `${message?.replace(/\.$/, '')}.`) : internal(error)
}

const internal = (cause: unknown): HttpError => new HttpError('internal', 'the service failed at this request.', { cause })

interface FastifyFault extends Error {
  readonly code: string
  readonly statusCode: number
  readonly validation: readonly SchemaFault[]
  readonly validationContext: string
}

interface SchemaFault {
  readonly instancePath: string
  readonly keyword: string
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
}

// What a validator says, in one line: where, and what is expected there. Of a union, the branch that the value meant is told by what lies deepest.
function faultOf(faults: readonly SchemaFault[], context: string): string {
  const deepest = [...faults].filter(({ keyword }) => keyword !== 'anyOf').sort((a, b) => b.instancePath.length - a.instancePath.length)[0] ?? faults[0]
  const { instancePath, message = 'is not as expected', params } = deepest
  const place = instancePath === '' ? context : `${context} ${instancePath.slice(1).replaceAll('/', '.')}`
  const named = [params.additionalProperty, params.additionalProperties, params.allowedValues].flat().filter(name => typeof name === 'string' && name.length <= 64)
  return `${place} ${message}${named.length > 0 ? ` (${named.join(', ')})` : ''}.`
}
