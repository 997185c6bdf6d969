import { MatineeError } from '@matinee/core'
import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { DEFAULT_ARTIFACTS } from '../open-artifacts.ts'
import { addStoreFlag, storeUrl } from '../store-flags.ts'
import { table } from '../table.ts'

const ACTIONS = ['add', 'list', 'remove']

export const keys: CommandDefinition = {
  summary: 'Make, list and remove API keys of the service.',
  examples: [
    ['keys add shop --scope write', 'prints the key, once; the store keeps a hash of it'],
    ['keys list', 'names and scopes'],
    ['keys remove shop', 'running services refuse it after a second'],
  ],
  configure(command) {
    command
      .argument('<action>', ACTIONS.join(', '))
      .argument('[name]', 'of the key')
      .option('--scope <read|write|admin>', 'what it may do; each may do what those before it may', 'read')
      .option('--artifacts <dir>', 'folder of the versions, where the store is by default', DEFAULT_ARTIFACTS)
    addStoreFlag(command)
  },
  async run([action, name], options, io) {
    if (!ACTIONS.includes(action)) throw new MatineeError('ERR_USAGE', `there is no "keys ${action}"; expected one of ${ACTIONS.join(', ')}.`)
    if (action !== 'list' && name === undefined) throw new MatineeError('ERR_USAGE', `no key was named, expected keys ${action} NAME.`)
    const [{ makeKey, scopes }, { openStore }] = await Promise.all([import('../../serve/index.ts'), import('../../store/index.ts')])
    const scope = scopes.find(one => one === options.scope)
    if (!scope) throw new MatineeError('ERR_OPTION', `--scope is ${JSON.stringify(options.scope)}, expected one of ${scopes.join(', ')}.`)
    const store = await openStore(storeUrl(options, io))
    try {
      if (action === 'add') {
        const key = await makeKey(store, name, scope, io.now())
        return print(io, options.json ? JSON.stringify({ name, scope, key }) : key)
      }
      if (action === 'remove') {
        if (!await store.removeApiKey(name)) throw new MatineeError('ERR_OPTION', `there is no key ${JSON.stringify(name)}.`)
        return print(io, options.json ? JSON.stringify({ removed: name }) : `${name} is removed.`)
      }
      const entries = (await store.apiKeys()).map(key => ({ name: key.name, scope: key.scope, createdAt: new Date(key.createdAt).toISOString() }))
      if (options.json) return print(io, JSON.stringify(entries, null, 2))
      print(io, entries.length === 0 ? 'There is no key yet.' : table(['key', 'scope', 'made'], entries.map(entry => Object.values(entry))))
    } finally {
      await store.close()
    }
  },
}
