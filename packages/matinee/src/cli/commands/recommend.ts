import { MatineeError, type RecommendOptions } from '@matinee/core'
import type { CommandDefinition } from '../command.ts'
import { print, remark } from '../io.ts'
import { listTable } from '../lists.ts'
import { addArtifactsFlags, openArtifacts, syntheticField, syntheticNote } from '../open-artifacts.ts'
import { addListFlags, listOptions } from '../list-flags.ts'

export const recommend: CommandDefinition = {
  summary: 'The best items that a user has not had.',
  examples: [
    ['recommend --user-id 42', 'ten, from the live version'],
    ['recommend --user-id 42 --n 5 --where genres=Drama --json', 'five dramas, as JSON'],
    ['recommend --user-id 42 --mmr 0.3 --cap genres=3', 'less alike, and at most three of a genre'],
    ['recommend --history 50:5,172:4', 'for somebody never seen, by item ids and ratings'],
  ],
  configure(command) {
    command.option('--user-id <id>', 'as in the data').option('--history <list>', 'instead of a user: ITEM:RATING,ITEM:RATING …')
    addListFlags(command)
    addArtifactsFlags(command)
  },
  async run(_, options, io) {
    const { userId, history } = options as { userId?: string, history?: string }
    if ((userId === undefined) === (history === undefined)) throw new MatineeError('ERR_USAGE', 'expected one of --user-id and --history.')
    const wanted: RecommendOptions = listOptions(options)
    const opened = await openArtifacts(options, io)
    const { version, recommender, dataset } = opened
    const list = userId !== undefined
      ? { userId, ...recommender.recommend(userId, wanted) }
      : { userId: null, ...recommender.recommendFor(parseHistory(history ?? ''), wanted) }
    if (options.json) return print(io, JSON.stringify({ version, ...syntheticField(opened), ...list }, null, 2))
    print(io, `Recommendations for ${userId === undefined ? 'this history' : `user ${userId}`}${syntheticNote(opened)}`)
    print(io, listTable(list.recommendations))
    if (list.reason) print(io, list.reason)
    if ('unknownItems' in list && list.unknownItems.length > 0) print(io, `Not in the catalogue: ${list.unknownItems.join(', ')}.`)
    remark(io, options, `${version}${dataset ? `, ${dataset.name}` : ''}`)
  },
}

function parseHistory(text: string): { itemId: string, rating: number }[] {
  return text.split(',').map(entry => {
    const [itemId, rating] = entry.split(/:(?=[^:]*$)/)
    if (itemId && Number(rating) > 0) return { itemId, rating: Number(rating) }
    throw new MatineeError('ERR_OPTION', `--history has the entry "${entry}", expected ITEM:RATING with a rating > 0.`)
  })
}
