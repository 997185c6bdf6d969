import { MatineeError } from '@matinee/core'
import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { addListFlags, diversityOptions, listOptions } from '../list-flags.ts'
import { listTable } from '../lists.ts'
import { addArtifactsFlags, openArtifacts, syntheticField, syntheticNote } from '../open-artifacts.ts'
import { table } from '../table.ts'

export const similar: CommandDefinition = {
  summary: 'The items most similar to an item, or the users most similar to a user.',
  examples: [
    ['similar --item-id 50', 'ten items, by the cosine of their factors'],
    ['similar --user-id 42 --n 5', 'five users'],
  ],
  configure(command) {
    command.option('--item-id <id>', 'as in the data').option('--user-id <id>', 'as in the data')
    addListFlags(command)
    addArtifactsFlags(command)
  },
  async run(_, options, io) {
    const { itemId, userId } = options as { itemId?: string, userId?: string }
    if ((itemId === undefined) === (userId === undefined)) throw new MatineeError('ERR_USAGE', 'expected one of --item-id and --user-id.')
    const wanted = listOptions(options)
    if (userId !== undefined && (wanted.exclude || wanted.allow || wanted.filter || wanted.includeSeen || diversityOptions(options))) {
      throw new MatineeError('ERR_USAGE', '--exclude, --allow, --where, --include-seen, --mmr and --cap choose among items, expected none of them with --user-id.')
    }
    const opened = await openArtifacts(options, io)
    const { version, recommender } = opened
    if (itemId !== undefined) {
      const { recommendations, reason } = recommender.similarItems(itemId, wanted)
      if (options.json) return print(io, JSON.stringify({ version, ...syntheticField(opened), itemId, similar: recommendations, ...(reason !== undefined && { reason }) }, null, 2))
      print(io, `Items similar to ${itemId}${syntheticNote(opened)}`)
      return print(io, `${listTable(recommendations)}${reason === undefined ? '' : `\n${reason}`}`)
    }
    const users = recommender.similarUsers(userId ?? '', wanted.n)
    if (options.json) return print(io, JSON.stringify({ version, ...syntheticField(opened), userId, similar: users }, null, 2))
    print(io, `Users similar to ${userId}${syntheticNote(opened)}`)
    print(io, table(['#', 'user', 'score'], users.map(({ rank, userId: other, score }) => [rank, other, score.toFixed(3)])))
  },
}
