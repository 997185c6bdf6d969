// Lines of the log, handed on a few at a time: a system call for each would cost more than what it tells of.

/** What the logger writes to. */
export interface LogStream {
  write(line: string): void
}

/** Characters after which lines are handed on at once. */
const MOST = 32_768
/** Milliseconds that a line waits at most. */
const PATIENCE = 100

/** Hands lines on to `to`; close() the last ones. */
export function bufferedLog(to: (text: string) => void): LogStream & { close(): void } {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (waiting !== '') to(waiting)
    waiting = ''
  }
  return {
    write(line) {
      waiting += line
      if (waiting.length > MOST) flush()
      else timer ??= setTimeout(flush, PATIENCE)
    },
    close: flush,
  }
}
