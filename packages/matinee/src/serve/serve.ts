// From a folder and a store to a service that listens, and back to nothing without a request lost.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { MatineeError } from '@matinee/core'
import type { Store } from '../store/index.ts'
import { isLoopback } from './access.ts'
import { makeKey } from './keys.ts'
import { bufferedLog } from './log-stream.ts'
import { furnish, newServer, type ServerOptions } from './server.ts'
import { Service, type ServiceOptions } from './service.ts'

export interface ServeOptions extends Omit<ServiceOptions, 'log'>, ServerOptions {
  /** 0: a free one. */
  readonly port: number
  /** Takes the lines of the log, a few at a time. */
  readonly logTo: (text: string) => void
}

export interface Serving {
  /** Such as http://127.0.0.1:8080 */
  readonly url: string
  readonly version: string
  /** The key with the scope admin that was made because there was none; it is not shown again. */
  readonly madeKey: string | undefined
  /** Whether reading and writing need a key. */
  readonly needsKey: boolean
  /** Takes no more connections, answers what is under way, closes the store. */
  close(): Promise<void>
}

/** Serves the live version until it is closed; the store is the service's own then. Throws what Service.start throws, ERR_OPTION, ERR_IO for a port that is taken. */
export async function startServing({ port, logTo, ...options }: ServeOptions): Promise<Serving> {
  const { store, host } = options
  const log = bufferedLog(logTo)
  const app = await newServer(log)
  const service = new Service({ ...options, log: app.log })
  let madeKey: string | undefined
  try {
    madeKey = await firstKey(store, host)
    await service.start()
    await furnish(app, log, service, options)
    await listen(app, host, port)
  } catch (error) {
    await service.close()
    log.close()
    throw error
  }
  const { port: bound } = app.server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    version: service.standing.live.version,
    madeKey,
    needsKey: !isLoopback(host) || service.keys.closes,
    async close() {
      app.log.info('ending: no new connections, what is under way is answered')
      // who does not read an answer to its end is not waited for
      const patience = setTimeout(() => app.server.closeAllConnections(), GRACE)
      await app.close()
      clearTimeout(patience)
      await service.close()
      log.close()
    },
  }
}

/** Milliseconds in which what is under way must come to its end. */
const GRACE = 10_000

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new MatineeError('ERR_IO', `cannot listen on ${host}, port ${port}: ${(error as Error).message}.`, { cause: error })
  }
}

async function firstKey(store: Store, host: string): Promise<string | undefined> {
  const keys = await store.apiKeys()
  if (keys.length === 0 && !isLoopback(host)) {
    throw new MatineeError('ERR_OPTION', `--host is ${host}, which others can reach, and there is no API key; make one first: matinee keys add NAME --scope read.`)
  }
  return keys.some(({ scope }) => scope === 'admin') ? undefined : makeKey(store, 'first-admin', 'admin', new Date())
}
