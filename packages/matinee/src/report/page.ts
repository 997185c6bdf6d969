// The page: one file of HTML with everything in it, which asks nothing of the network.
import { modelDefinition, type MetricsReport } from '@matinee/core'
import { exampleUsers, type Example } from './examples.ts'
import { escaped, html, raw, type Html } from './html.ts'
import { configOf, type MeasuredVersion } from './measure.ts'
import { slicePlots, tuningPlots } from './more-plots.ts'
import { comparisonPlot, coveragePlot, longTailPlot, lossPlot, N_COLOURS, recallPlot } from './plots.ts'
import { style } from './style.ts'

/** What stands over the page. */
export interface PageContext {
  readonly createdAt: Date
  readonly software: Readonly<Record<string, string>>
}

/** Versions of one protocol, the first of them first everywhere. Throws nothing: what is missing is left out. */
export function reportHtml(versions: readonly MeasuredVersion[], { createdAt, software }: PageContext): string {
  const [{ manifest, metrics }] = versions
  const dataset = manifest.dataset as { name: string, synthetic: boolean, users: number, items: number, interactions: number }
  const count = (n: number): string => n.toLocaleString('en')
  const losses = lossPlot(versions)
  const body = html`
<h1>${dataset.name}: ${versions.length === 1 ? versions[0].label : `${versions.length} models compared`}</h1>
<p class="soft">${count(dataset.users)} users, ${count(dataset.items)} items, ${count(dataset.interactions)} interactions. ${metrics.protocol.split},
measured on the ${metrics.protocol.evaluatedOn} part of ${count(metrics.protocol.usersCounted)} users. Written ${createdAt.toISOString().slice(0, 10)} by matinee ${software.matinee}.</p>
${dataset.synthetic ? html`<p class="warn"><strong>These data are made up.</strong> The numbers say nothing about people.</p>` : ''}
${legend(versions)}
<h2>Comparison</h2>
${figure(comparisonPlot(versions, 'ndcg'), `Mean over users and its 95 % interval (bootstrap over users). Intervals of models on the same users may overlap although one is
better for nearly everybody: what decides is a paired test, matinee compare.`)}
${figure(comparisonPlot(versions, 'recall'), 'Recall, likewise.')}
${metricTable(versions)}
<h2>Recall over K</h2>
${figure(recallPlot(versions), 'Share of the hidden items that stand in the first K places of all items the user has not had.')}
<h2>Long tail</h2>
${figure(longTailPlot(versions), `How much of the lists the most popular items take. The dashed line is the interactions themselves; a curve above it recommends what is
popular more than people chose it.`)}
<h2>Coverage against accuracy</h2>
${figure(coveragePlot(versions), 'Items that stand in at least one user\'s list. To the right more of the catalogue is shown, above the lists are better.')}
${losses === undefined ? '' : html`<h2>Loss</h2>${figure(losses, 'Of the models that minimise one, after each iteration.')}`}
${slicePlots(versions).map(({ slice, svg }, at) => html`${at === 0 ? html`<h2>Slices</h2>` : ''}<h3>${slice}</h3>${figure(svg, 'A part of the users, or of the hidden items, by itself.')}`)}
${tuningPlots(versions).map(({ label, svg }, at) => html`${at === 0 ? html`<h2>Tuning</h2>` : ''}<h3>${label}</h3>${figure(svg, 'Each trial\'s last look at the validation item; the line is the best so far.')}`)}
<h2>Ten users</h2>
<p class="soft">Evenly from the shortest history to the longest, not chosen by their lists. What was hidden and found is marked.</p>
${exampleUsers(versions).map(example)}
<h2>Protocol</h2>
${protocolTable(metrics)}
<h2>How to repeat it</h2>
${versions.map(({ label, manifest: own }) => html`<h3>${label}</h3><pre>${repeat(own)}</pre>`)}
<p class="soft">Data checksum ${String((dataset as { checksum?: string }).checksum ?? 'none')}. Same data, configuration and matinee: the same numbers, whatever the threads.</p>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${dataset.name} · matinee report`)}</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body><main>${body.text}</main></body></html>
`
}

const figure = (svg: string, caption: string): Html => html`<figure>${raw(svg)}<figcaption>${caption}</figcaption></figure>`

const legend = (versions: readonly MeasuredVersion[]): Html => html`<ul class="legend">${versions.map(({ label, version }, at) =>
  html`<li title="${version}"><i style="background:var(--c${at % N_COLOURS})"></i>${label}</li>`)}<li><i style="background:var(--quiet)"></i>baselines, data</li></ul>`

function metricTable(versions: readonly MeasuredVersion[]): Html {
  const names = Object.keys(versions[0].metrics).filter((name): name is `${string}@${number}` => name.includes('@'))
  const cell = (report: MetricsReport, name: `${string}@${number}`): Html => {
    const interval = report.intervals[name] as readonly [number, number] | undefined
    return html`<td class="n">${digits(report[name])}${interval ? html` <span class="soft">${digits(interval[0])}–${digits(interval[1])}</span>` : ''}</td>`
  }
  return html`<details><summary>All metrics as a table</summary><div class="wide"><table><tr><th>model</th>${names.map(name => html`<th class="n">${name}</th>`)}</tr>
${versions.map(({ label, metrics }) => html`<tr><td>${label}</td>${names.map(name => cell(metrics, name))}</tr>`)}</table></div></details>`
}

const example = ({ userId, nInteractions, history, hidden, lists }: Example): Html => html`<section class="user">
<h3>User ${userId}, ${nInteractions} interactions known</h3><div class="lists">
<div><h4>Had, among others</h4><ul>${history.map(title => html`<li>${title}</li>`)}</ul><h4>Hidden</h4><ul>${hidden.map(title => html`<li>${title}</li>`)}</ul></div>
${lists.map(({ label, items }) => html`<div><h4>${label}</h4><ol>${items.map(({ title, isHidden }) => html`<li>${isHidden ? html`<mark>${title}</mark>` : title}</li>`)}</ol></div>`)}
</div></section>`

function protocolTable({ protocol }: MetricsReport): Html {
  const rows = Object.entries(protocol).filter(([, value]) => typeof value !== 'object')
  return html`<div class="wide"><table>${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${String(value)}</td></tr>`)}</table></div>`
}

// The command that gives the version: what differs from the defaults, so that it can be read.
function repeat(manifest: Readonly<Record<string, unknown>>): string {
  const { model, modelOptions, ...rest } = configOf(manifest)
  const { name } = manifest.dataset as { name: string }
  const kebab = (text: string): string => text.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  const flag = (key: string, value: unknown): string => `--${kebab(key)} ${String(value)}`
  const { options } = modelDefinition(model)
  const changed = Object.entries(modelOptions).filter(([key, value]) => options[key]?.default !== value)
  const run = Object.entries(rest).filter(([, value]) => typeof value !== 'object')
  const data = /\.\w+(\.gz)?$/.test(name) ? name : flag('dataset', name)
  return [`matinee train ${data}`, flag('model', model), ...changed.map(each => flag(...each)), ...run.map(each => flag(...each))].join(' ')
}

const digits = (value: number): string => Number.isFinite(value) ? value.toFixed(4).replace(/^(-?)0\./, '$1.') : String(value)
