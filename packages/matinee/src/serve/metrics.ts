// What Prometheus is told.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What is read when somebody asks. */
export interface Gauges {
  readonly modelAgeSeconds: () => number
  readonly feedbackLagSeconds: () => number
  readonly feedbackWaiting: () => number
  readonly overlayEvents: () => number
  readonly swaps: () => number
}

/** A route's own meter: called once for each answer, with its status and milliseconds. */
export type Meter = (status: number, elapsedMs: number) => void

const LATENCIES = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export class Metrics {
  readonly #registry = new Registry()
  readonly #latency: Histogram<'route' | 'method'>
  readonly #answers: Counter<'route' | 'method' | 'status'>
  readonly #events: Counter

  constructor(gauges: Gauges) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry, prefix: 'matinee_' })
    this.#latency = new Histogram({ name: 'matinee_http_seconds', help: 'Time from a request to its answer.', labelNames: ['route', 'method'], buckets: LATENCIES, registers })
    this.#answers = new Counter({ name: 'matinee_http_answers_total', help: 'Answers by route and status.', labelNames: ['route', 'method', 'status'], registers })
    this.#events = new Counter({ name: 'matinee_feedback_events_total', help: 'Events that this process has stored.', registers })
    const gauge = (name: string, help: string, read: () => number): void => void new Gauge({ name, help, registers, collect() { this.set(read()) } })
    gauge('matinee_model_age_seconds', 'Since the live version was saved.', gauges.modelAgeSeconds)
    gauge('matinee_feedback_lag_seconds', 'Since the store was last asked for changes with success.', gauges.feedbackLagSeconds)
    gauge('matinee_feedback_waiting', 'Events on their way to the disk.', gauges.feedbackWaiting)
    gauge('matinee_feedback_overlay_events', 'Events since the live version that are held in memory.', gauges.overlayEvents)
    gauge('matinee_swaps_total', 'Times that a version took the place of another.', gauges.swaps)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  countEvents(n: number): void {
    this.#events.inc(n)
  }

  meter(route: string, method: string): Meter {
    const latency = this.#latency.labels(route, method)
    const answers = new Map<number, { inc(): void }>()
    return (status, elapsedMs) => {
      latency.observe(elapsedMs / 1000)
      let counter = answers.get(status)
      if (!counter) answers.set(status, counter = this.#answers.labels(route, method, String(status)))
      counter.inc()
    }
  }
}
