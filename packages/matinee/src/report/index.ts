// What do people look at? A report on versions that were measured alike: one page of HTML, and a chart for the terminal.
export { reportHtml } from './page.ts'
export { measureVersions } from './measure.ts'
export type { VersionInput, MeasuredVersion } from './measure.ts'
export { intervalChart } from './terminal.ts'
