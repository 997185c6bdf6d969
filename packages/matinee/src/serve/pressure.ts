// When the service has more to do than it can: the event loop lags, and not for a moment only.
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { HttpError } from './errors.ts'

/** Mean lag of a second above which it lags, in milliseconds. */
const MOST_LAG = 300
/** Seconds one after the other that must lag: one alone may be a version that is loaded, and is over when it is seen. */
const SECONDS = 2

/** Gives what throws overloaded while the loop lags. */
export async function watchPressure(app: FastifyInstance): Promise<() => void> {
  await app.register(underPressure)
  let lagging = 0
  let lag = 0
  const timer = setInterval(() => {
    ({ eventLoopDelay: lag } = app.memoryUsage())
    lagging = lag > MOST_LAG ? lagging + 1 : 0
  }, 1000).unref()
  app.addHook('onClose', () => clearInterval(timer))
  return () => {
    if (lagging >= SECONDS) throw new HttpError('overloaded', `the event loop lags by ${Math.round(lag)} ms.`)
  }
}
