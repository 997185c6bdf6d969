// Our service as a process, for the measurements of it.
import { inRoot } from '../../tools/paths.mjs'
import { startServer, type Server } from '../harness/server.ts'

/** Serves a folder with all that is on by default; answered `ready` with 200 it can be asked. */
export function startOurs(folder: string, ready: string): Promise<Server> {
  const command = [inRoot('packages', 'matinee', 'bin', 'matinee.mjs'), 'serve', '--artifacts', folder, '--port', '0']
  return startServer(process.execPath, ['--conditions=matinee-source', ...command], ready, { ...process.env, NODE_ENV: 'production' })
}
