import type { Explanation } from '@matinee/core'
import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { addArtifactsFlags, openArtifacts, syntheticField, syntheticNote } from '../open-artifacts.ts'
import { table } from '../table.ts'

const SHOWN = 10

export const explain: CommandDefinition = {
  summary: 'What each item of a user\'s history, or each feature, adds to the score of an item.',
  examples: [['explain --user-id 42 --item-id 50', 'the ten greatest contributions, of two stages by features; all of them with --json']],
  configure(command) {
    command.requiredOption('--user-id <id>', 'as in the data').requiredOption('--item-id <id>', 'as in the data')
    addArtifactsFlags(command)
  },
  async run(_, options, io) {
    const { userId, itemId } = options as { userId: string, itemId: string }
    const opened = await openArtifacts(options, io)
    const explanation = opened.recommender.explain(userId, itemId)
    if (options.json) return print(io, JSON.stringify({ version: opened.version, ...syntheticField(opened), ...explanation }, null, 2))
    const { contributions, score, title, byFeature } = explanation
    if (byFeature) return print(io, featureLines(`${title ?? itemId} has the score ${score.toFixed(4)} for user ${userId}${syntheticNote(opened)}`, byFeature))
    print(io, `${title ?? itemId} has the score ${score.toFixed(4)} for user ${userId}, from ${contributions.length} interactions${syntheticNote(opened)}:`)
    const rest = contributions.slice(SHOWN).reduce((sum, { contribution }) => sum + contribution, 0)
    const rows = contributions.slice(0, SHOWN).map(({ title: other, itemId: id, contribution }) => [other ?? '', id, contribution.toFixed(4)])
    print(io, table(['because of', 'item', 'adds'], contributions.length > SHOWN ? [...rows, [`${contributions.length - SHOWN} others`, '', rest.toFixed(4)]] : rows))
  },
}

function featureLines(head: string, { base, features, proposedBy }: Exclude<Explanation['byFeature'], undefined>): string {
  if (features.length === 0) return `${head}: no source proposes it (none does what somebody has had), so it stands below all that are proposed, and no feature was asked for.`
  const byWhom = proposedBy.map(({ source, rank }) => `${source} (place ${rank})`).join(', ')
  const shown = features.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)).slice(0, SHOWN).sort((a, b) => b.contribution - a.contribution)
  const rest = features.reduce((sum, { contribution }) => sum + contribution, 0) - shown.reduce((sum, { contribution }) => sum + contribution, 0)
  return [
    `${head}, proposed by ${byWhom}:`,
    table(['because of', 'which is', 'adds'], [
      ...shown.map(({ feature, value, contribution }) => [feature, Number.isNaN(value) ? 'unknown' : String(Number(value.toPrecision(4))), contribution.toFixed(4)]),
      ...(features.length > SHOWN ? [[`${features.length - SHOWN} others`, '', rest.toFixed(4)]] : []),
      ['what any candidate has', '', base.toFixed(4)],
    ]),
  ].join('\n')
}
