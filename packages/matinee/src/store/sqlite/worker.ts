// The program of the thread that owns the file: it waits for the disk, so that the event loop does not.
import { parentPort, workerData } from 'node:worker_threads'
import { StoreFault } from '../fault.ts'
import { reads } from '../reads.ts'
import { applyWrites } from '../writes.ts'
import { faultOf, openFile, type SqliteFile } from './database.ts'
import type { FromWorker, Told, ToWorker } from './sqlite.ts'

const path = workerData as string
const say = (message: FromWorker): void => parentPort?.postMessage(message)
const opening = openFile(path)

/** Whether rows of an erased user may stand in the log still, since somebody read: tried again after each question, without waiting. */
let isLogDue = false

async function answer(file: SqliteFile, told: Told): Promise<unknown> {
  if (told.kind === 'open') return file.head
  if (told.kind === 'read') return (reads[told.name] as (...args: readonly unknown[]) => Promise<unknown>)(file.db, ...told.args)
  if (told.kind === 'close') {
    if (isLogDue) file.truncateLog(true)
    return file.close()
  }
  const outcomes = await file.transact(db => applyWrites(db, told.writes))
  isLogDue ||= told.writes.some(({ kind }) => kind === 'erase')
  return outcomes
}

// one at a time: a question that came between two statements of a transaction would see it half done
let turn: Promise<void> = Promise.resolve()
parentPort?.on('message', ({ id, told }: ToWorker) => {
  turn = turn.then(async () => {
    try {
      const file = await opening
      const said = await answer(file, told)
      if (isLogDue && told.kind !== 'close') isLogDue = !file.truncateLog(false)
      say({ id, answer: said })
    } catch (error) {
      const fault = faultOf(error, path)
      say({ id, fault: fault instanceof StoreFault ? { code: fault.code, detail: fault.message } : { detail: String(fault instanceof Error ? fault.stack : fault) } })
    }
    if (told.kind === 'close') parentPort?.close()
  })
})
opening.catch(() => undefined) // told to whoever asks
