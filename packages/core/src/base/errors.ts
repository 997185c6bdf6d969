// One kind of error and one catalogue: the code names the fault, the detail gives the value and what was
// expected, the catalogue adds what to do. docs/reference/errors.md is tied to this file by a test.

/** Every error code, with what the user can do about it. */
export const errorCatalogue = {
  ERR_OPTION: 'Give a value inside the range named above; `--help` lists every option with its range.',
  ERR_SHAPE: 'Check the lengths of the arrays that were passed; shapes stand in the doc of each argument.',
  ERR_EVENT: 'Correct the event named above; an event needs userId, itemId and, if given, a rating or weight > 0.',
  ERR_EMPTY: 'Check that the data hold interactions and that --min-rating or --k-core does not remove all of them.',
  ERR_LEAK: 'Fit on the rows that the split gives for it (`train`, `fitRows`) and no others; where matinee itself did the fit, report this as a bug.',
  ERR_UNKNOWN_USER: 'Use an id that stands in user_map.json, or fold in a history for somebody new.',
  ERR_UNKNOWN_ITEM: 'Use an id that stands in item_map.json.',
  ERR_UNKNOWN_NAME: 'Use one of the names listed above.',
  ERR_NO_TIME: 'Give the file a time column (--time), or choose what works without real time.',
  ERR_MEMORY: 'Lower --factors, filter the data (--k-core, --min-rating) or use a machine with more memory.',
  ERR_SINGULAR: 'Raise --regularization, or lower --factors.',
  ERR_DIVERGED: 'Raise --regularization or lower --alpha (als), or lower --learning-rate (models that have one); the factors are no longer finite numbers.',
  ERR_WORKER: 'Run again with --threads 1; if that works, report the message above as a bug.',
  ERR_ABORTED: 'Nothing was left half written; start again when ready.',
  ERR_NOT_SUPPORTED: 'Use a model that can do this; docs/reference/models.md lists what each can.',
  ERR_UNLIKE: 'Measure both with the same data, split, ties, tie seeds and k, then compare.',
  ERR_FORMAT: 'The bytes are not what matinee wrote; restore the file from a copy or train again.',
  ERR_ARTIFACT_MISSING: 'Run `matinee train` first, or name the right folder with --artifacts.',
  ERR_ARTIFACT_CORRUPT: 'Choose another version (`matinee versions list`, `matinee versions use`), or train again.',
  ERR_ARTIFACT_NEWER: 'Update matinee, or train a version with the one installed.',
  ERR_LOCKED: 'Wait for the other process, or stop it. A lock of a process that is gone is taken over by itself.',
  ERR_DISK_FULL: 'Free some space and run again; the former version is still live.',
  ERR_READ_ONLY: 'Choose a folder that you may write to (--out), or change its permissions.',
  ERR_IO: 'See the system message above.',
  ERR_FILE_MISSING: 'Check the path; a relative one counts from the folder where the command was started.',
  ERR_FILE_EMPTY: 'Check that the file was written to the end; it holds no row.',
  ERR_FILE_FORMAT: 'Name the columns (--user, --item, --rating, --time) and the delimiter (--delimiter) of your file.',
  ERR_BAD_ROW: 'Correct the row, or leave such rows out and have them counted with --skip-bad-rows.',
  ERR_DOWNLOAD: 'Check the network or name a --mirror; or put the files into data/ or MATINEE_DATA_DIR yourself.',
  ERR_CHECKSUM: 'Delete the file and download it again, or choose another --mirror.',
  ERR_ZIP: 'Do not use this archive: it is truncated or hostile. Download it again from a source you trust.',
  ERR_NODE_VERSION: 'Use Node 22.12 or newer.',
  ERR_STORE: 'Check that the store is there, has space and may be written to. What was acknowledged is kept; once the cause is gone, writes go on by themselves.',
  ERR_STORE_BUSY: 'Try again in a moment; if it stays so, look for a process that holds the store or send less at a time.',
  ERR_STORE_NEWER: 'Update matinee to the version that wrote the store, or name another store with --store.',
  ERR_USAGE: 'See `matinee --help`.',
} as const

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue

/**
 * What every public function of matinee throws.
 *
 * `code` is stable and one of `errorCatalogue`; `detail` says what is wrong, the value, and what was
 * expected; `action` says what to do.
 */
export class MatineeError extends Error {
  override readonly name = 'MatineeError'
  readonly code: ErrorCode
  readonly detail: string

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options)
    this.code = code
    this.detail = detail
  }

  /** What the user can do, from the catalogue. */
  get action(): string {
    return errorCatalogue[this.code]
  }
}
