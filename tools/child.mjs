// Starts a program in our place: same terminal, same exit code, signals passed on.
import { spawn } from 'node:child_process'

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * Runs a program with our terminal and gives its exit code; ends as it ended if a signal ended it.
 *
 * Ctrl-C in a terminal reaches the program by itself, so it is only waited for; a signal sent to us alone is passed on.
 * @param {string} file @param {string[]} args @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function inOurPlace(file, args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env })
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    for (const signal of signals) process.on(signal, passOn)
    const letGo = () => {
      for (const signal of signals) process.removeListener(signal, passOn)
    }
    child.on('error', error => {
      letGo()
      reject(error)
    })
    child.on('close', (code, signal) => {
      letGo()
      if (signal) process.kill(process.pid, signal)
      resolve(code ?? 1)
    })
  })
}
