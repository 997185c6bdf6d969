// How long each stage took.

/** `time(stage, work)` does the work and adds its milliseconds to timings[stage]. */
export function stopwatch(): { time: <Result>(stage: string, work: () => Result | Promise<Result>) => Promise<Result>, timings: Record<string, number> } {
  const timings: Record<string, number> = {}
  const time = async <Result>(stage: string, work: () => Result | Promise<Result>): Promise<Result> => {
    const start = performance.now()
    const result = await work()
    timings[stage] = Math.round((timings[stage] ?? 0) + performance.now() - start)
    return result
  }
  return { time, timings }
}
