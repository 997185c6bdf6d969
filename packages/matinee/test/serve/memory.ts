// What a process takes: as Linux counts it, and what is left of it when garbage is collected.
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Megabytes that the process has in memory. */
export const residentMegabytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Megabytes of a process, in all of its threads. */
export interface Memory {
  /** Objects and buffers. */
  readonly used: number
  /** In memory, as the system counts it. */
  readonly resident: number
}

/** The environment of a process that whatIsLeft asks; file: where it answers, a new path. */
export const probed = (file: string): NodeJS.ProcessEnv => ({ MATINEE_MEMORY: file, NODE_OPTIONS: `--import=${new URL('./memory-probe.ts', import.meta.url).href}` })

/** What is left when all garbage is collected. */
export async function whatIsLeft(child: ChildProcess, file: string): Promise<Memory> {
  const lines = (): string[] => existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  const before = lines().length
  child.kill('SIGUSR2')
  while (lines().length === before) await new Promise(resolve => setTimeout(resolve, 50))
  return JSON.parse(lines()[before]) as Memory
}
