import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { addArtifactsFlags, openArtifacts, syntheticField, syntheticNote } from '../open-artifacts.ts'
import { table } from '../table.ts'

const SHOWN = 10

export const explain: CommandDefinition = {
  summary: 'What each item of a user\'s history adds to the score of an item.',
  examples: [['explain --user-id 42 --item-id 50', 'the ten greatest contributions; all of them with --json']],
  configure(command) {
    command.requiredOption('--user-id <id>', 'as in the data').requiredOption('--item-id <id>', 'as in the data')
    addArtifactsFlags(command)
  },
  async run(_, options, io) {
    const { userId, itemId } = options as { userId: string, itemId: string }
    const opened = await openArtifacts(options, io)
    const explanation = opened.recommender.explain(userId, itemId)
    if (options.json) return print(io, JSON.stringify({ version: opened.version, ...syntheticField(opened), ...explanation }, null, 2))
    const { contributions, score, title } = explanation
    print(io, `${title ?? itemId} has the score ${score.toFixed(4)} for user ${userId}, from ${contributions.length} interactions${syntheticNote(opened)}:`)
    const rest = contributions.slice(SHOWN).reduce((sum, { contribution }) => sum + contribution, 0)
    const rows = contributions.slice(0, SHOWN).map(({ title: other, itemId: id, contribution }) => [other ?? '', id, contribution.toFixed(4)])
    print(io, table(['because of', 'item', 'adds'], contributions.length > SHOWN ? [...rows, [`${contributions.length - SHOWN} others`, '', rest.toFixed(4)]] : rows))
  },
}
