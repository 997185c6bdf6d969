// What a search shows: on a terminal a table that is drawn again and again, elsewhere a line for each look.
import type { Candidate, Look, Search, SearchState, TuneConfig, TuningRecord } from '../tune/index.ts'
import { remark, type CommonOptions, type Io } from './io.ts'
import { table } from './table.ts'

const TOP = 8
const REDRAW_MS = 200

export interface TuneView {
  readonly show: (model: string, search: Search, state: SearchState) => void
  /** Takes the table away, until something is shown again. */
  readonly stop: () => void
}

/** Nothing is shown with --quiet. */
export function tuneView(config: Pick<TuneConfig, 'models'>, options: CommonOptions, io: Io): TuneView {
  if (options.quiet) return { show: () => {}, stop: () => {} }
  return io.interactive ? liveTable(config.models.length, io) : plainLines(options, io)
}

function plainLines(options: CommonOptions, io: Io): TuneView {
  const told = new Map<string, number>()
  return {
    stop: () => {},
    show(model, search, { looks, spentMs }) {
      const before = told.get(model)
      told.set(model, looks.length)
      if (before === undefined && looks.length > 0) remark(io, options, `${model}: going on after ${looks.length} looks in ${clock(spentMs)}.`)
      for (const look of looks.slice(before ?? looks.length)) {
        const what = `trial ${look.trial} of ${search.trials}, ${valueOf(look, search)}, ${seconds(look.ms)}, ${tunedOf(look, search)}`
        remark(io, options, `${model}: ${what}`)
      }
    },
  }
}

function liveTable(nModels: number, io: Io): TuneView {
  let drawn = 0
  let latest: (() => string[]) | undefined
  const toTop = (): string => drawn > 0 ? `\x1b[${drawn}A\x1b[0J` : ''
  const draw = (): void => {
    if (!latest) return
    const lines = latest().map(line => line.slice(0, io.columns ?? 80))
    io.stderr.write(`${toTop()}${lines.join('\n')}\n`)
    drawn = lines.length
  }
  let timer: NodeJS.Timeout | undefined
  return {
    show(model, search, state) {
      const shownAt = performance.now()
      latest = () => stateLines(model, nModels, search, state, state.spentMs + performance.now() - shownAt)
      timer ??= setInterval(draw, REDRAW_MS).unref()
    },
    stop() {
      clearInterval(timer)
      if (drawn > 0) io.stderr.write(toTop())
      drawn = 0
      timer = latest = undefined
    },
  }
}

/** The present state: how far, and the best looks so far. */
function stateLines(model: string, nModels: number, search: Search, { looks, running }: SearchState, spentMs: number): string[] {
  const trial = Math.max(0, ...[...looks, ...running].map(one => one.trial))
  const budget = search.budgetMs === undefined ? '' : ` of ${clock(search.budgetMs)}`
  const ranked = bestFirst(looks, search).slice(0, TOP)
  const names = search.space.dimensions.map(({ name }) => name)
  const rows = ranked.map(look => [look.trial, effortOf(look, search), digits(look, search), se(look, search), ...names.map(name => look.options[name])])
  const head = ['trial', search.space.effort?.name ?? '', search.objective, '±', ...names]
  const [first] = looks
  return [
    `${model}${nModels > 1 ? ` (of ${nModels} models)` : ''}: trial ${trial} of ${search.trials}, ${looks.length} looks at the validation item, ${clock(spentMs)}${budget}`,
    ...table(head, rows).split('\n'),
    ...(first ? [`The defaults: ${valueOf(first, search)}.`] : []),
    ...running.slice(0, 1).map(one => `Now trial ${one.trial}: ${tunedOf(one, search)}`),
  ]
}

/** What came of a search, for people. */
export function tuneLines(model: string, { objective, trials, configurationsTried, secondsSpent, winner, defaults, repeatable, effort, space }: TuningRecord): string[] {
  const names = [...Object.keys(space), ...(effort ? [effort.name] : [])]
  const mean = (value: number): string => value.toFixed(4).replace(/^0/, '')
  const over = `mean of ${winner.seeds.length} ${winner.seeds.length === 1 ? 'seed' : 'seeds'}`
  const row = (label: string, one: Candidate): (string | number)[] =>
    [label, one.trial, mean(one.mean), mean(one.standardError), ...names.map(name => one.options[name])]
  const rows = [row('winner', winner), ...(defaults ? [row('defaults', defaults)] : [])]
  return [
    `${model}: ${trials.length} trials, ${configurationsTried} configurations counting efforts, ${clock(1000 * secondsSpent)} of search. Validation, ${over}:`,
    table(['', 'trial', objective, '±', ...names], rows),
    ...(repeatable ? [] : ['The budget in time ended the search: another run may try more or fewer.']),
  ]
}

const bestFirst = (looks: readonly Look[], { objective }: Search): Look[] =>
  looks.filter(({ origin }) => origin !== 'final').toSorted((a, b) => (b.metrics?.[objective] ?? -1) - (a.metrics?.[objective] ?? -1))
const effortOf = ({ options }: Pick<Look, 'options'>, { space }: Search): string => space.effort ? String(options[space.effort.name]) : ''
const digits = ({ metrics, error }: Look, { objective }: Search): string => metrics ? metrics[objective].toFixed(4).replace(/^0/, '') : error.code
const se = (look: Look, { objective }: Search): string => look.metrics ? look.standardErrors[objective].toFixed(4).replace(/^0/, '') : ''
const valueOf = (look: Look, search: Search): string => look.metrics ? `${search.objective} ${digits(look, search)} ± ${se(look, search)}` : look.error.code
const tunedOf = ({ options }: Pick<Look, 'options'>, { space }: Search): string =>
  [...space.dimensions, ...(space.effort ? [space.effort] : [])].map(({ name }) => `${name} ${options[name]}`).join(', ')
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const clock = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`
