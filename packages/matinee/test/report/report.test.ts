// The page of `matinee report`: its pictures show the numbers of metrics.json, and nothing in it asks the network.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { beforeAll, expect, test } from 'vitest'
import { COLUMNS, fails, json, matinee, scratchFolder, SMALL, writeEvents } from '../cli/help.ts'

const cwd = scratchFolder()
const place = { cwd }
const EVIL = '</script><img src=x onerror=alert(1)> & "quotes"'

interface Answer { readonly out: string, readonly versions: readonly { version: string, label: string, coverage: number, curve: { k: number, recall: number }[], metrics: Record<string, number> }[] }

let versions: string[]
let page: string
beforeAll(async () => {
  writeEvents(cwd)
  const titles = readFileSync(join(cwd, 'items.csv'), 'utf8').split('\n').map((line, at) => at === 0 ? line : line.replace(/,[^,]*/, `,"${at} ${EVIL.replaceAll('"', '""')}"`))
  writeFileSync(join(cwd, 'items.csv'), titles.join('\n'))
  const train = ['train', 'events.csv', ...COLUMNS, '--items', 'items.csv', '--k', '3'] as const
  for (const model of [['--model', 'popularity', '--resamples', '100'], [...SMALL], [...SMALL, '--alpha', '2']]) await json([...train, ...model], place)
  versions = readdirSync(join(cwd, 'artifacts')).filter(name => /^\d/.test(name)).sort()
  await json<Answer>(['report', ...versions, '--out', 'page.html'], place)
  page = readFileSync(join(cwd, 'page.html'), 'utf8')
}, 60_000)
const svgs = (): Element[] => [...parseHTML(page).document.querySelectorAll('svg')]
const numbersIn = (text: string | null): number[] => (/\(([^)]*)\)/.exec(text ?? '')?.[1] ?? '').split(',').map(Number)

/** From a picture's x-axis ticks to what a horizontal position means. */
function xScale(svg: Element): (x: number) => number {
  const ticks = [...svg.querySelectorAll('[aria-label="x-axis tick label"] text')].map(text => ({ x: numbersIn(text.getAttribute('transform'))[0], value: Number(text.textContent) }))
  const [first, last] = [ticks[0], ticks[ticks.length - 1]]
  return x => first.value + ((x - first.x) / (last.x - first.x)) * (last.value - first.value)
}

test('asks nothing of the network, runs nothing, and a title cannot leave its place', () => {
  const { document } = parseHTML(page)
  expect([...document.querySelectorAll('script, iframe, object, embed, img, base, form')]).toEqual([])
  for (const element of document.querySelectorAll('[src], [href]')) expect(element.getAttribute('href')).toBe('data:,')
  expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|@import/)
  expect(page).not.toContain('<img src=x')
  expect(document.body.textContent).toContain(EVIL)
})

test('the comparison shows the mean and interval of each version and baseline where the axis says', () => {
  const [svg] = svgs()
  const valueAt = xScale(svg)
  const reports = versions.map(version => JSON.parse(readFileSync(join(cwd, 'artifacts', version, 'metrics.json'), 'utf8')) as
    { 'ndcg@3': number, intervals: Record<'ndcg@3', [number, number]>, baselines: Record<string, { 'ndcg@3': number, intervals: Record<'ndcg@3', [number, number]> }> })
  const rows = [...reports, ...Object.values(reports[0].baselines)]
  const dots = [...svg.querySelectorAll('[aria-label="dot"] circle')].map(dot => Number(dot.getAttribute('cx')))
  const rules = [...svg.querySelectorAll('[aria-label="rule"] line')].filter(line => line.getAttribute('y1') === line.getAttribute('y2'))
  expect(dots).toHaveLength(rows.length)
  expect(rules).toHaveLength(rows.length)
  rows.forEach((row, at) => {
    expect(valueAt(dots[at])).toBeCloseTo(row['ndcg@3'], 3)
    expect(valueAt(Number(rules[at].getAttribute('x1')))).toBeCloseTo(row.intervals['ndcg@3'][0], 3)
    expect(valueAt(Number(rules[at].getAttribute('x2')))).toBeCloseTo(row.intervals['ndcg@3'][1], 3)
  })
})

test('measured again from what the version holds, a version has the recall of its metrics.json', async () => {
  const { versions: said } = await json<Answer>(['report', ...versions, '--out', 'page.html'], place)
  expect(said.map(({ label }) => label)).toEqual(['popularity', 'als, alpha 40', 'als, alpha 2'])
  for (const { curve, metrics, coverage } of said) {
    expect(curve.find(({ k }) => k === 3)?.recall).toBe(metrics['recall@3'])
    expect(curve.map(({ recall }) => recall)).toEqual(curve.map(({ recall }) => recall).sort((a, b) => a - b))
    expect(coverage).toBeGreaterThan(0)
  }
})

test('shows ten users, each with a list of every version and the hidden item marked where it is found', () => {
  const users = [...parseHTML(page).document.querySelectorAll('section.user')]
  expect(users).toHaveLength(10)
  for (const user of users) {
    expect([...user.querySelectorAll('ol')].map(list => list.children.length)).toEqual([3, 3, 3])
    const hidden = user.querySelectorAll('ul')[1].textContent
    for (const mark of user.querySelectorAll('mark')) expect(mark.textContent).toBe(hidden)
  }
})

test('without names it takes the newest version of each model that is comparable with the live one', async () => {
  const said = await json<Answer>(['report'], place)
  expect(said.versions.map(({ version }) => version)).toEqual([versions[2], versions[0]])
  expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toContain('2 models compared')
  const { stdout } = await matinee(['report'], place)
  expect(stdout).toMatch(/├─*●─*┤/)
})

test('versions that were not measured alike are refused with the field; so is one in which nothing is hidden', async () => {
  const other = await json<{ version: string }>(['train', 'events.csv', ...COLUMNS, ...SMALL, '--k', '3', '--ties', 'file', '--out', 'artifacts'], place)
  await fails(['report', versions[0], other.version], place, { code: 1, error: 'ERR_UNLIKE', says: /not measured alike: .*ties is "hash" and "file"/ })
  const refitted = await json<{ version: string }>(['train', 'events.csv', ...COLUMNS, ...SMALL, '--items', 'items.csv', '--k', '3', '--refit', 'all'], place)
  await fails(['report', refitted.version], place, { code: 1, error: 'ERR_EMPTY', says: /--refit all/ })
  await fails(['report', versions[0], '--out', 'no/such/folder/page.html'], place, { code: 1, error: 'ERR_IO', says: /cannot be written/ })
})

test('slices are drawn where they were measured, trials where a search chose, each at its number', async () => {
  const tuned = await json<{ version: string, tuning: { trials: { looks: { value?: number }[] }[] } }[]>(
    ['tune', 'events.csv', ...COLUMNS, '--items', 'items.csv', '--range', 'factors=2:4', '--k', '3', '--resamples', '100', '--trials', '4', '--metrics', 'all', '--out', 'tuned'], place)
  await json(['report', tuned[0].version, '--artifacts', 'tuned', '--out', 'tuned.html'], place)
  const { document } = parseHTML(readFileSync(join(cwd, 'tuned.html'), 'utf8'))
  const headings = [...document.querySelectorAll('h2')].map(heading => heading.textContent)
  expect(headings).toEqual(expect.arrayContaining(['Slices', 'Tuning']))
  const section = (title: string): Element | undefined => [...document.querySelectorAll('h3')].find(heading => heading.textContent === title)?.nextElementSibling ?? undefined
  const dots = (figure: Element | undefined): Element[] => [...figure?.querySelectorAll('[aria-label="dot"] circle') ?? []]
  expect(dots(section('als'))).toHaveLength(tuned[0].tuning.trials.filter(({ looks }) => looks.at(-1)?.value !== undefined).length)
  const { slices } = JSON.parse(readFileSync(join(cwd, 'tuned', tuned[0].version, 'metrics.json'), 'utf8')) as { slices: { activity: Record<string, { 'ndcg@3': number }> } }
  const figure = section('activity')
  const valueAt = xScale(figure?.querySelector('svg') as Element)
  const means = Object.values(slices.activity).map(group => group['ndcg@3'])
  expect(dots(figure)).toHaveLength(means.length)
  dots(figure).forEach((dot, at) => expect(valueAt(Number(dot.getAttribute('cx')))).toBeCloseTo(means[at], 3))
})
