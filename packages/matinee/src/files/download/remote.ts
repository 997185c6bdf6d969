// One HTTP request whose body is taken piece by piece and given up when nothing comes for a while.
import { MatineeError } from '@matinee/core'
import { messageOf } from '../system-errors.ts'

export interface RequestOptions {
  /** Milliseconds without a byte after which the request is given up. */
  readonly stallMs: number
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** The body; throws `RequestFailed` when the connection breaks or stalls, ERR_ABORTED when the caller cancels. */
  readonly body: AsyncIterable<Uint8Array>
}

/** A failure that another try may mend. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
}

/** Asks for `url` and hands the reply to `use`; the connection is closed when that is done. */
export async function request<Result>(url: string, options: RequestOptions, use: (reply: Reply) => Promise<Result>): Promise<Result> {
  const { stallMs, signal } = options
  const stop = new AbortController()
  const stall = new RequestFailed(`no byte for ${stallMs} ms`)
  let timer = setTimeout(() => stop.abort(stall), stallMs)
  const heard = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stop.abort(stall), stallMs)
  }
  const cancel = (): void => stop.abort(new MatineeError('ERR_ABORTED', 'the download was cancelled.', { cause: signal?.reason }))
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel)
  const failure = (error: unknown): unknown => {
    if (stop.signal.aborted) return stop.signal.reason
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : ''
    return new RequestFailed(messageOf(error) + cause, { cause: error })
  }
  async function* pieces(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
    if (!body) return
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw failure(error)
      })
      if (done) return
      heard()
      yield value
    }
  }
  try {
    // no compression: the bytes that come are to be those of the file, from any position
    const headers = { 'accept-encoding': 'identity', ...options.headers }
    const response = await fetch(url, { signal: stop.signal, headers }).catch((error: unknown) => {
      throw failure(error)
    })
    heard()
    return await use({ status: response.status, headers: response.headers, body: pieces(response.body) })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
    if (!stop.signal.aborted) stop.abort()
  }
}
