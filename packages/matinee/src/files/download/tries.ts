// Tries again what may have failed by chance, each time after a longer wait.
import { setTimeout as wait } from 'node:timers/promises'
import { MatineeError } from '@matinee/core'
import { RequestFailed } from './remote.ts'

export interface TryOptions {
  /** How often to try in all; an integer ≥ 1. */
  readonly tries: number
  /** Milliseconds before the second try; doubled before each further one. */
  readonly backoffMs: number
  readonly signal?: AbortSignal
}

/** Runs `work` until it succeeds; throws ERR_DOWNLOAD naming `url` after the last `RequestFailed`, any other error at once. */
export async function tryAgain<Result>(url: string, options: TryOptions, work: () => Promise<Result>): Promise<Result> {
  const { tries, backoffMs, signal } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
      if (attempt >= tries) {
        const times = tries === 1 ? '1 try' : `${tries} tries`
        throw new MatineeError('ERR_DOWNLOAD', `${url} could not be downloaded in ${times}: ${error.message}.`, { cause: error })
      }
    }
    await wait(backoffMs * 2 ** (attempt - 1), undefined, { signal }).catch((error: unknown) => {
      throw new MatineeError('ERR_ABORTED', 'the download was cancelled.', { cause: error })
    })
  }
}

/** For a reply that is none of those expected: `RequestFailed` where the server may do better later, else ERR_DOWNLOAD. */
export function unexpectedStatus(url: string, status: number): Error {
  if (status >= 500 || status === 429 || status === 408) return new RequestFailed(`the server answered ${status}`)
  return new MatineeError('ERR_DOWNLOAD', `${url} could not be downloaded: the server answered ${status}, expected 200.`)
}
