// Our service as a process, for the measurements of it.
import path from 'node:path'
import { inRoot } from '../../tools/paths.mjs'
import { startServer, type Server } from '../harness/server.ts'

/** Serves a folder with all that is on by default, its log in a file below `scratch`; `ready` is a path that it answers then. */
export function startOurs(folder: string, scratch: string, ready: string): Promise<Server> {
  const command = [inRoot('packages', 'matinee', 'bin', 'matinee.mjs'), 'serve', '--artifacts', folder, '--port', '0']
  return startServer({
    program: process.execPath, args: ['--conditions=matinee-source', ...command], env: { ...process.env, NODE_ENV: 'production' },
    path: ready, logFile: path.join(scratch, `${path.basename(folder)}.log`),
  })
}
