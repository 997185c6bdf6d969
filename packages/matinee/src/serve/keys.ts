// API keys: 32 random bytes that only their owner has; the store keeps SHA-256 of them, so that who reads it can use none.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { MatineeError } from '@matinee/core'
import type { ApiKey, Scope, Store } from '../store/index.ts'

/** All scopes; each may do what those before it may. */
export const scopes = ['read', 'write', 'admin'] as const satisfies readonly Scope[]

const PREFIX = 'matinee_'

/** Makes a key and stores its hash; gives the key, which nothing can show again. Throws ERR_OPTION for a name that is taken, ERR_STORE. */
export async function makeKey(store: Store, name: string, scope: Scope, now: Date): Promise<string> {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    throw new MatineeError('ERR_OPTION', `the key's name is ${JSON.stringify(name)}, expected 1 to 64 letters, digits, dots, dashes and underscores.`)
  }
  if ((await store.apiKeys()).some(key => key.name === name)) throw new MatineeError('ERR_OPTION', `there is a key ${name} already, expected another name.`)
  const key = PREFIX + randomBytes(32).toString('base64url')
  await store.addApiKey({ name, scope, hash: hashOf(key).toString('hex'), createdAt: now.getTime() })
  return key
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

/** The keys that are in force. */
export class KeyRing {
  #keys: readonly { readonly name: string, readonly scope: Scope, readonly hash: Buffer }[] = []

  /** Takes these keys instead of those before. */
  set(keys: readonly ApiKey[]): void {
    this.#keys = keys.map(({ name, scope, hash }) => ({ name, scope, hash: Buffer.from(hash, 'hex') }))
  }

  /** Whether there is a key for reading or writing: then these need one. */
  get closes(): boolean {
    return this.#keys.some(({ scope }) => scope !== 'admin')
  }

  get size(): number {
    return this.#keys.length
  }

  /** Whose key it is; it takes as long for a wrong one as for a right one. */
  find(key: string): { readonly name: string, readonly scope: Scope } | undefined {
    const asked = hashOf(key)
    let found: { readonly name: string, readonly scope: Scope } | undefined
    for (const one of this.#keys) if (one.hash.length === asked.length && timingSafeEqual(one.hash, asked)) found = one
    return found
  }
}
