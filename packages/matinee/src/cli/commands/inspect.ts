import type { CommandDefinition } from '../command.ts'
import { print } from '../io.ts'
import { metricsTable, protocolLines } from '../metrics-table.ts'
import { addArtifactsFlags, openArtifacts, syntheticNote } from '../open-artifacts.ts'

export const inspect: CommandDefinition = {
  summary: 'What a version is: its data, configuration, numbers and files, all of it checked.',
  examples: [
    ['inspect', 'the live version'],
    ['inspect --artifact-version 2026-11-23T20-10-55Z-als --json', 'manifest and metrics of another'],
  ],
  configure: addArtifactsFlags,
  async run(_, options, io) {
    const opened = await openArtifacts(options, io)
    const { version, manifest, metrics, dataset } = opened
    if (options.json) return print(io, JSON.stringify({ version, manifest, metrics: metrics ?? null }, null, 2))
    print(io, `${version}${dataset ? ` from ${dataset.name}: ${dataset.interactions} interactions of ${dataset.users} users with ${dataset.items} items` : ', saved by a program'}${syntheticNote(opened)}`)
    const { model, modelOptions } = manifest.config as { model: string, modelOptions: object }
    print(io, `${model} ${Object.entries(modelOptions).map(([name, value]) => `${name} ${value}`).join(', ')}`.trim())
    if (metrics) print(io, metricsTable(model, metrics))
    for (const line of metrics ? protocolLines(metrics) : ['It was not measured.']) print(io, line)
    for (const [name, { sizeBytes, sha256 }] of Object.entries(manifest.files)) print(io, `${sha256.slice(0, 12)}  ${String(sizeBytes).padStart(12)}  ${name}`)
  },
}
