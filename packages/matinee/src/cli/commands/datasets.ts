import { datasets as known, locateDataset } from '../../files/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { table } from '../table.ts'

export const datasets: CommandDefinition = {
  summary: 'The datasets that --dataset knows, and where each is.',
  examples: [['datasets', 'name, size, licence and whether it is here']],
  configure() {},
  async run(_, options, io) {
    const place = { dataDir: io.env.MATINEE_DATA_DIR, cwd: io.cwd }
    const rows = await Promise.all(Object.values(known).map(async definition => {
      const { name, title, published, license, citation, zipUrl, page } = definition
      return { name, title, ...published, license, citation, url: zipUrl ?? page, downloaded: zipUrl !== undefined, folder: (await locateDataset(definition, place))?.folder ?? null }
    }))
    if (options.json) return print(io, JSON.stringify(rows, null, 2))
    print(io, table(['dataset', 'ratings', 'users', 'items', 'here'], rows.map(({ name, ratings, users, items, folder, downloaded }) =>
      [name, ratings.toLocaleString('en'), users.toLocaleString('en'), items.toLocaleString('en'), folder !== null ? 'yes' : downloaded ? 'no; is downloaded when used' : 'no; put it there yourself'])))
    print(io, 'And `synthetic`, which is made up: 100,000 ratings of 943 users for 1,682 items. Licences: matinee datasets --json')
  },
}
