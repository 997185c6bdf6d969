import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { metricsTable, protocolLines } from '../metrics-table.ts'
import { addArtifactsFlags, openArtifacts } from '../open-artifacts.ts'

export const inspect: CommandDefinition = {
  summary: 'What a version is: its data, configuration, numbers and files, all of it checked.',
  examples: [
    ['inspect', 'the live version'],
    ['inspect --artifact-version 2026-11-23T20-10-55Z-als --json', 'manifest and metrics of another'],
  ],
  configure: addArtifactsFlags,
  async run(_, options, io) {
    const { version, manifest, metrics } = await openArtifacts(options, io)
    if (options.json) return print(io, JSON.stringify({ version, manifest, metrics }, null, 2))
    const { dataset, config, createdAt } = manifest as unknown as {
      dataset: { name: string, users: number, items: number, interactions: number }, config: { model: string, modelOptions: object }, createdAt: string,
    }
    print(io, `${version}, made at ${createdAt} from ${dataset.name}: ${dataset.interactions} interactions of ${dataset.users} users with ${dataset.items} items`)
    print(io, `${config.model} ${Object.entries(config.modelOptions).map(([name, value]) => `${name} ${value}`).join(', ')}`)
    print(io, metricsTable(config.model, metrics))
    for (const line of protocolLines(metrics)) print(io, line)
    for (const [name, { sizeBytes, sha256 }] of Object.entries(manifest.files)) print(io, `${sha256.slice(0, 12)}  ${String(sizeBytes).padStart(12)}  ${name}`)
  },
}
