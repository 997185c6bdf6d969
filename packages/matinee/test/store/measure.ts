// Measures a store: `node --conditions=matinee-source packages/matinee/test/store/measure.ts URL [SECONDS]`, or `postgres` instead of
// the URL for a server of its own. So many callers, each with one call at a time; the time of each append, how many events a second, and
// how late the event loop was meanwhile.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openStore } from '../../src/store/index.ts'
import { event } from './event.ts'
import { startPostgres } from './postgres.ts'

const [where, seconds = '5'] = process.argv.slice(2)
const server = where === 'postgres' ? await startPostgres() : undefined
const url = server?.url ?? where
const quantile = (sorted: readonly number[], q: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN).toFixed(2)

for (const [callers, perCall] of [[1, 1], [16, 1], [64, 1], [256, 1], [4, 1000]]) {
  const store = await openStore(url)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const times: number[] = []
  const end = performance.now() + 1000 * Number(seconds)
  delay.enable()
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    for (let n = 0; performance.now() < end; n++) {
      const started = performance.now()
      await store.append(Array.from({ length: perCall }, (__, at) => event(`u${(caller * 7919 + n) % 6040}`, String((n + at) % 3706), { key: `${process.pid}-${callers}-${caller}-${n}-${at}` })))
      times.push(performance.now() - started)
    }
  }))
  delay.disable()
  const spent = Number(seconds)
  times.sort((a, b) => a - b)
  console.log(JSON.stringify({
    callers, perCall, eventsPerSecond: Math.round(times.length * perCall / spent), p50ms: quantile(times, 0.5), p99ms: quantile(times, 0.99),
    loopP99ms: (delay.percentile(99) / 1e6).toFixed(2), loopMaxMs: (delay.max / 1e6).toFixed(2),
  }))
  await store.close()
}
await server?.remove()
