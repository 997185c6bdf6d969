// `npm run docs`: writes what the documents say of the code, from the code: tables of errors, options, models, metrics,
// datasets and rooms, every command's help, and from the newest results of the benchmark its tables and plots. A region begins with `<!-- generated: NAME -->`, ends with
// `<!-- /generated -->`, and everything else is written by people. A test compares, so that neither goes stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import {
  allModels, errorCatalogue, fromEvents, listMetrics, metrics, prepareDataset, prepareOptions, resolveOptions, slices, splitters, syntheticSpec,
  trainingParts, trainingSet,
} from '@matinee/core'
import { modelPairTable } from '../bench/report/models-table.ts'
import { newestResults } from '../bench/report/newest.ts'
import { iterationPlot, ratioPlot, scalePlot } from '../bench/report/plots.ts'
import { servingTable } from '../bench/report/serving-table.ts'
import { dataTable, limitTable, lossTable, measurementTables, runTable, speedTable } from '../bench/report/tables.ts'
import { runCommand } from '../packages/matinee/src/cli/main.ts'
import { commands } from '../packages/matinee/src/cli/registry.ts'
import { repeatOptions, runOptions } from '../packages/matinee/src/experiment/index.ts'
import { datasets } from '../packages/matinee/src/files/index.ts'
import { httpErrors } from '../packages/matinee/src/serve/errors.ts'
import { routes } from '../packages/matinee/src/serve/routes/registry.ts'
import { inRoot } from './paths.mjs'

const measured = newestResults()

/** The documents that hold regions, and what writes each region. A writer is given what the region holds now. */
const documents = {
  'ARCHITECTURE.md': { 'rooms of core': () => rooms('core'), 'rooms of matinee': () => rooms('matinee') },
  'docs/reference/errors.md': { errors: errorTable },
  'docs/reference/options.md': { options: optionTables },
  'docs/reference/models.md': { models: modelTable },
  'docs/reference/metrics.md': { metrics: () => metricTable(metrics), 'list metrics': () => metricTable(listMetrics), slices: sliceTable },
  'docs/reference/datasets.md': { datasets: datasetTable },
  'docs/reference/cli.md': { commands: commandHelp },
  'docs/reference/http.md': { 'http routes': routeTable, 'http errors': httpErrorTable },
  'README.md': { speed: () => speedTable(measured) },
  'docs/benchmarks.md': {
    measurements: () => measurementTables(measured), models: () => modelPairTable(measured), serving: () => servingTable(measured), losses: () => lossTable(measured), limits: () => limitTable(measured),
    runs: () => runTable(measured), data: () => dataTable(measured),
  },
}

/** Files that are written as a whole. */
const files = {
  'docs/plots/ratios.svg': () => ratioPlot(measured),
  'docs/plots/iteration.svg': () => iterationPlot(measured),
  'docs/plots/scale.svg': () => scalePlot(measured),
}

/** Each document by path from the root: its text now, and as it should be. @returns {Promise<Map<string, { is: string, shouldBe: string }>>} */
export async function generatedDocuments() {
  const written = new Map()
  for (const [path, regions] of Object.entries(documents)) {
    const is = readFileSync(inRoot(path), 'utf8')
    let shouldBe = is
    for (const [name, write] of Object.entries(regions)) {
      const region = new RegExp(`(<!-- generated: ${name} -->\n)([^]*?)(<!-- /generated -->)`)
      const found = region.exec(shouldBe)
      if (!found) throw new Error(`${path} has no region "${name}"`)
      const text = await write(found[2])
      shouldBe = shouldBe.replace(region, (_, begin, __, end) => `${begin}${text}\n${end}`)
    }
    written.set(path, { is, shouldBe })
  }
  for (const [path, write] of Object.entries(files)) {
    const is = existsSync(inRoot(path)) ? readFileSync(inRoot(path), 'utf8') : ''
    written.set(path, { is, shouldBe: write() })
  }
  return written
}

/** A table; `|` inside a cell is escaped. @param {string[]} head @param {(string | number)[][]} rows */
function table(head, rows) {
  const line = (/** @type {(string | number)[]} */ cells) => `| ${cells.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** What a code means is written by hand in the table's second column and stays there. @param {string} before */
function errorTable(before) {
  const meanings = new Map([...before.matchAll(/^\| `(ERR_\w+)` \| (.*?) \|/gm)].map(([, code, meaning]) => [code, meaning]))
  return table(['code', 'what it means', 'what to do'], Object.entries(errorCatalogue).map(([code, action]) => [`\`${code}\``, meanings.get(code) ?? '', action]))
}

/** @param {string} name */
const kebab = name => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

/** @param {import('@matinee/core').OptionSpecs} specs @param {boolean} hasFlags */
function optionTable(specs, hasFlags) {
  const rows = Object.entries(specs).map(([name, spec]) => [
    `\`${name}\``, ...(hasFlags ? [`\`--${kebab(name)}\``] : []), spec.default,
    spec.kind === 'choice' ? spec.choices.join(', ') : `${spec.kind === 'integer' ? 'integer, ' : ''}${spec.min} to ${spec.max}`, spec.help,
  ])
  return rows.length === 0 ? 'None.' : table(['option', ...(hasFlags ? ['flag'] : []), 'default', 'range', 'what it does'], rows)
}

function optionTables() {
  /** @type {[string, import('@matinee/core').OptionSpecs][]} */
  const groups = [
    ['Every run', runOptions],
    ['`evaluate`, and `compare --models`', repeatOptions],
    ['Preparation', prepareOptions],
    ...Object.entries(allModels).map(([name, { options }]) => /** @type {[string, import('@matinee/core').OptionSpecs]} */ ([`Model \`${name}\``, options])),
    ...Object.entries(splitters).map(([name, { options }]) => /** @type {[string, import('@matinee/core').OptionSpecs]} */ ([`Split \`${name}\``, options])),
    ['The synthetic set', syntheticSpec],
  ]
  return groups.map(([title, specs]) => {
    return `## ${title}\n\n${optionTable(specs, title !== 'The synthetic set')}\n`
  }).join('\n')
}

const abilities = /** @type {const} */ ([
  ['recommend', 'scoreUsers'], ['recommendFor', 'scoreHistory'], ['similarItems', 'similarItems'], ['similarUsers', 'similarUsers'], ['explain', 'explain'], ['losses', 'losses'],
])

/** What each model can do is asked of a fitted one, not believed. */
async function modelTable() {
  const events = Array.from({ length: 100 }, (_, at) => ({ userId: at % 20, itemId: (at * at + at % 3) % 31 }))
  const dataset = prepareDataset(await fromEvents(events))
  const rows = []
  for (const [name, definition] of Object.entries(allModels)) {
    const { options, fit, uses = [] } = /** @type {import('@matinee/core').ModelDefinition} */ (definition)
    const training = trainingSet(dataset.interactions, 'log', trainingParts(uses, dataset, { ties: 'hash', seed: 1 }))
    const fitted = await fit(training, resolveOptions(options, {}), { seed: 1, threads: 1 })
    rows.push([`[\`${name}\`](#${name})`, definition.summary, ...abilities.map(([, method]) => fitted[method] ?? (method === 'explain' && fitted.explainFeatures) ? 'yes' : 'no')])
  }
  return table(['model', 'what it is', ...abilities.map(([name]) => name)], rows)
}

/** @param {Record<string, import('@matinee/core').MetricTraits>} registry */
function metricTable(registry) {
  return table(['metric', 'better', 'range', 'what it is'], Object.entries(registry).map(([name, metric]) => [
    'isOfWholeOrder' in metric ? `\`${name}\`` : `\`${name}@k\``, metric.better, metric.range.map(end => end === Infinity ? '∞' : end).join(' to '), metric.summary,
  ]))
}

function sliceTable() {
  return table(['slice', 'its groups'], Object.entries(slices).map(([name, { summary }]) => [`\`${name}\``, summary]))
}

function datasetTable() {
  const rows = Object.values(datasets).map(({ name, title, published: { ratings, users, items }, ratings: { file }, titles, license, zipUrl, page }) => [
    `\`${name}\``, zipUrl ? `[${title}](${zipUrl})` : `${title}: ${page}`, ...[ratings, users, items].map(number => number.toLocaleString('en')), [file, titles.file, ...titles.alsoReads].map(one => `\`${one}\``).join(', '), license,
  ])
  return table(['name', 'set', 'ratings', 'users', 'items', 'files', 'licence'], rows)
}

function routeTable() {
  return table(['route', 'scope', 'what it does'], Object.values(routes).map(({ method, url, scope, summary }) => [`\`${method} ${url}\``, scope, summary]))
}

function httpErrorTable() {
  return table(['code', 'status', 'what it means', 'what to do'], Object.entries(httpErrors).map(([code, { status, means, action }]) => [`\`${code}\``, status, means, action]))
}

async function commandHelp() {
  const sections = []
  for (const name of ['', ...Object.keys(commands)]) {
    let text = ''
    const stdout = new Writable({ write: (chunk, _, done) => { text += String(chunk); done() } })
    const io = { stdout, stderr: stdout, env: {}, cwd: '.', signal: new AbortController().signal, now: () => new Date(0), interactive: false }
    await runCommand([...(name === '' ? [] : [name]), '--help'], io)
    sections.push(`## matinee${name === '' ? '' : ` ${name}`}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`)
  }
  return sections.join('\n')
}

/** A room's question is the first sentence of its index.ts; what it may use stands in the import table. @param {'core' | 'matinee'} name */
function rooms(name) {
  /** @type {{ forbidden: { name: string, from: { path?: string }, to: { pathNot?: string } }[] }} */
  const { forbidden } = createRequire(import.meta.url)(inRoot('.dependency-cruiser.cjs'))
  const rows = forbidden.flatMap(({ name: rule, from, to }) => {
    const room = /^(.+)-uses-only-its-neighbours$/.exec(rule)?.[1]
    if (!room || !from.path?.includes(`packages/${name}/`)) return []
    const others = /\((.*)\)/.exec(to.pathNot ?? '')?.[1].split('|').filter(other => other !== room) ?? []
    const folder = `packages/${name}/src/${room}`
    if (!existsSync(inRoot(folder))) return [] // planned
    const door = existsSync(inRoot(folder, 'index.ts')) ? 'index.ts' : 'main.ts'
    const question = /^\/\/ (.+?\?)/.exec(readFileSync(inRoot(folder, door), 'utf8'))?.[1] ?? ''
    return [[`[${room}](${folder}/${door})`, question, others.join(', ') || '–']]
  })
  return table(['room', 'the question it answers', 'may use'], rows)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, { is, shouldBe }] of await generatedDocuments()) {
    if (is !== shouldBe) writeFileSync(inRoot(path), shouldBe)
    console.log(`${is === shouldBe ? 'unchanged' : 'written  '} ${path}`)
  }
}
