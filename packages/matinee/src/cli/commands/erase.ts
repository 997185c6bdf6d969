import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { DEFAULT_ARTIFACTS, folder } from '../open-artifacts.ts'
import { progressBar } from '../progress-bar.ts'
import { addStoreFlag, storeUrl } from '../store-flags.ts'

export const erase: CommandDefinition = {
  summary: 'Erase users, as the store lists them, from every version that knows one of them.',
  examples: [
    ['erase', 'whoever was erased from the store and stands in a version still'],
    ['erase --user-id 42', 'erase this user from the store first'],
    ['erase --artifacts artifacts --store postgres://matinee@db/matinee --json', 'as a service starts it'],
  ],
  configure(command) {
    command.option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
    addStoreFlag(command)
    command.option('--user-id <id>', 'erase this user too, for good')
  },
  async run(_args, options, io) {
    const { openStore } = await import('../../store/index.ts')
    const { eraseFromVersions, erasedBy } = await import('../../retrain/index.ts')
    const store = await openStore(storeUrl(options, io), { now: () => io.now().getTime(), mustExist: options.userId === undefined })
    const bar = await progressBar(io, options)
    try {
      if (options.userId !== undefined) await store.eraseUser(options.userId as string)
      const { signal } = io
      const versions = await eraseFromVersions(folder(options.artifacts as string, io), await erasedBy(store), { now: io.now(), signal, onProgress: bar.onProgress })
      if (options.json) return print(io, JSON.stringify({ versions }))
      for (const { replaced, version, users } of versions) print(io, `${version} is ${replaced} without ${users} ${users === 1 ? 'user' : 'users'}.`)
      if (versions.length === 0) print(io, 'No version knows an erased user.')
    } finally {
      bar.stop()
      await store.close()
    }
  },
}
