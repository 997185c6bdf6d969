// What a process takes, as Linux counts it.
import { readFileSync } from 'node:fs'

/** Megabytes that the process has in memory. */
export const residentMegabytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
