// What went wrong where the tables are: becomes a MatineeError when it leaves the room. A thread that loaded core for the sake of
// that class would start later.
import type { ErrorCode } from '@matinee/core'

export class StoreFault extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}
