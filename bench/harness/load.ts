// A client that asks as quickly as it is answered: so many connections, one request at a time on each.
import autocannon from 'autocannon'
import { quantile } from './statistics.ts'

/** Not counted: connections are opened, the server's code gets compiled. */
const LEAD_IN_SECONDS = 2
/** For a first answer that does not come. */
const PATIENCE_SECONDS = 30
/** Every so many paths has its answers looked at. */
const SAMPLED = 17

export interface Load {
  readonly connections: number
  readonly seconds: number
  /** Given some of the answers. */
  readonly look?: (path: string, body: string) => void
}

/** What came of it, over the seconds that count. */
export interface Answered {
  readonly requestsPerSecond: number
  /** Of the latency, milliseconds; NaN where nothing was answered. */
  readonly p50: number
  readonly p99: number
  /** Over the lead-in as well: answers other than 2xx, broken and lost connections, time-outs. */
  readonly errors: number
}

/** Asks `address` for the paths, dealt to the connections, over and over. The time that counts begins two seconds after the first answer. */
export async function drive(address: string, paths: readonly string[], { connections, seconds, look }: Load): Promise<Answered> {
  const latencies: number[] = []
  let opened = 0
  const requests = paths.map((path, at) => ({ path, ...(look && at % SAMPLED === 0 && { onResponse: (_: number, body: string) => look(path, body) }) }))
  let begins: number | undefined
  const { errors, non2xx, requests: { sent, total } } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon({
      url: address, connections, duration: LEAD_IN_SECONDS + seconds + PATIENCE_SECONDS, timeout: 10,
      setupClient(client) {
        const mine = opened++
        client.setRequests(requests.filter((_, at) => at % connections === mine))
      },
    }, (error: Error | null, result) => { if (error) reject(error); else resolve(result) })
    run.on('response', (_, status, __, ms) => {
      const now = performance.now()
      begins ??= now + 1000 * LEAD_IN_SECONDS
      if (now >= begins + 1000 * seconds) run.stop()
      else if (now >= begins && status >= 200 && status < 300) latencies.push(ms)
    })
  })
  // a connection that the server ends takes a request with it that nobody counts
  const lost = Math.max(0, sent - total - errors - connections)
  return { requestsPerSecond: latencies.length / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), errors: errors + non2xx + lost }
}
