// matinee: @matinee/core, and what needs a machine: files, folders of versions, the main job.
export * from '@matinee/core'
export { open, save } from './folders.ts'
export { datasetDefinition, datasets, downloadDataset, locateDataset, readDataset, readEventsFile, readItemsFile } from './files/index.ts'
export { loadData, run, runConfig, type DataSource, type LoadContext, type LoadOptions, type RunConfig, type RunContext, type RunResult } from './experiment/index.ts'
export * from './shelf/index.ts'
