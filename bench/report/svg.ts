// What the plots share: a frame, text, and colours that can be read on a light and on a dark page.

export const COLOURS: Readonly<Record<string, string>> = { ours: '#2f81f7', implicit: '#d29922', irspack: '#8b949e', buffalo: '#3fb68b' }

const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-size: 14px; font-weight: 600 }
.grid { stroke: #8b949e; stroke-opacity: .3 }
.one { stroke: #57606a; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) { text { fill: #9da7b3 } .one { stroke: #9da7b3 } }
</style>`

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export type Anchor = 'start' | 'middle' | 'end'

/** Text with its baseline at y. */
export const label = (x: number, y: number, text: string, anchor: Anchor = 'start', kind = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${kind && ` class="${kind}"`}>${escape(text)}</text>`

export const line = (x1: number, y1: number, x2: number, y2: number, kind = 'grid'): string =>
  `<line class="${kind}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`

export const bar = (x: number, y: number, width: number, height: number, colour: string): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(width, 1))}" height="${height}" rx="2" fill="${colour}"/>`

/** Coloured squares with names, from x on. */
export const legend = (x: number, y: number, names: readonly string[]): string =>
  names.map((name, at) => bar(x + at * 90, y - 10, 11, 11, COLOURS[name]) + label(x + at * 90 + 16, y, name)).join('\n')

/** The whole document. */
export const svg = (width: number, height: number, title: string, parts: readonly string[]): string =>
  [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`, style,
    label(16, 24, title, 'start', 'title'), ...parts, '</svg>', ''].join('\n')

/** A tenth of a pixel is enough, and keeps the file the same on every machine. */
export const round = (value: number): number => Math.round(value * 10) / 10

/** Position of a value on a logarithmic axis that goes from `from` to `to` over [start, end]. */
export const logScale = (from: number, to: number, start: number, end: number) => (value: number): number =>
  start + (Math.log(value / from) / Math.log(to / from)) * (end - start)

/** Powers of ten from below the least to above the greatest value. */
export function decades(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.max(Math.ceil(Math.log10(Math.max(...values))), first + 1)
  return Array.from({ length: last - first + 1 }, (_, at) => Number(`1e${first + at}`))
}
