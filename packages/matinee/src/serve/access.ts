// Who may ask what: by the Host header, the origin of a page, and the key.
//
// A service on loopback is open to every page that the machine's browser shows, unless it asks where they come from: a page of
// another origin names itself in Origin, and one whose name was bound to 127.0.0.1 (DNS rebinding) in Host.
import type { FastifyRequest } from 'fastify'
import type { Scope } from '../store/index.ts'
import { HttpError } from './errors.ts'
import { scopes, type KeyRing } from './keys.ts'

/** Who asks. */
export interface Caller {
  /** The key's name, or undefined without one. */
  readonly name: string | undefined
  readonly scope: Scope | undefined
  /** What a limit counts by: the key or, without one, the address. */
  readonly countedAs: string
  /** Whether a key was sent that nobody knows. */
  readonly wrongKey: boolean
}

export interface AccessOptions {
  /** Where the service listens. */
  readonly host: string
  /** Names that it serves besides. */
  readonly allowHosts: readonly string[]
  /** Origins of pages that may ask, such as https://shop.example. */
  readonly cors: readonly string[]
  readonly keys: KeyRing
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Whether only this machine can reach the address. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

export class Access {
  readonly #hosts: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>
  readonly #keys: KeyRing
  readonly #isLoopback: boolean
  readonly #known = new Set<string>()

  constructor({ host, allowHosts, cors, keys }: AccessOptions) {
    const own = host.includes(':') ? `[${host}]` : host
    this.#hosts = new Set([...LOOPBACK, own, ...allowHosts].map(name => name.toLowerCase()))
    this.#origins = new Set(cors)
    this.#keys = keys
    this.#isLoopback = isLoopback(host)
  }

  /** Who asks. Throws foreign_host, foreign_origin. */
  admit({ headers, ip }: FastifyRequest): Caller {
    const { host, origin } = headers
    if (host === undefined || !this.#serves(host)) {
      throw new HttpError('foreign_host', `this service does not serve the host ${JSON.stringify(host ?? '')}.`)
    }
    if (origin !== undefined && !this.#origins.has(origin) && origin !== `http://${host}` && origin !== `https://${host}`) {
      throw new HttpError('foreign_origin', `a page of ${JSON.stringify(origin)} may not ask.`)
    }
    const key = keyOf(headers)
    if (key === undefined) return { name: undefined, scope: undefined, countedAs: ip, wrongKey: false }
    const owner = this.#keys.find(key)
    return { name: owner?.name, scope: owner?.scope, countedAs: owner ? `key ${owner.name}` : ip, wrongKey: !owner }
  }

  /** Throws unauthorized, forbidden. */
  authorize(caller: Caller, scope: Scope | 'public'): void {
    if (scope === 'public') return
    if (caller.wrongKey) throw new HttpError('unauthorized', 'the key is not known.')
    if (caller.scope === undefined) {
      if (scope !== 'admin' && this.#isLoopback && !this.#keys.closes) return
      throw new HttpError('unauthorized', `a key with the scope ${scope} is needed.`)
    }
    if (scopes.indexOf(caller.scope) >= scopes.indexOf(scope)) return
    throw new HttpError('forbidden', `the key ${caller.name} has the scope ${caller.scope}; ${scope} is needed.`)
  }

  // Host headers that were found to be served are remembered: there are few of them, with few ports.
  #serves(host: string): boolean {
    if (this.#known.has(host)) return true
    const name = /^(\[[0-9a-f:.]+\]|[^:/@\s]+)(:\d{1,5})?$/i.exec(host)?.[1]
    const served = name !== undefined && this.#hosts.has(name.toLowerCase())
    if (served && this.#known.size < 100) this.#known.add(host)
    return served
  }
}

function keyOf(headers: FastifyRequest['headers']): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
  const key = headers['x-api-key']
  return typeof key === 'string' ? key : key?.[0]
}
