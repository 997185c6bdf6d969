// Where is looked: the options that a model declares as tunable, less those that the user fixed, as a unit cube.
import { checkOption, exp, log, MatineeError, SOBOL_DIMENSIONS, type ModelDefinition, type NumberOption, type OptionSpecs } from '@matinee/core'

/** Complete options of a model, in the order of their declaration. */
export type Options = Readonly<Record<string, number | string>>

/** Where a number is looked for. Both ends are inside. */
export type Range = NonNullable<NumberOption['tune']>

/** An option that is tuned. */
export type Dimension = { readonly name: string } & (
  | { readonly kind: 'number' | 'integer', readonly range: Range }
  | { readonly kind: 'choice', readonly choices: readonly string[] }
)

export interface Space {
  readonly dimensions: readonly Dimension[]
  /** Options that stay as they are: fixed by the user, or at their default because nothing says where to look. */
  readonly fixed: Options
  /** The option that gives a fit more time, and its steps, rising; absent where trials cannot be stopped early. */
  readonly effort?: { readonly name: string, readonly rungs: readonly number[] }
  readonly defaults: Options
}

/** What the user says about a space. */
export interface Narrowed {
  /** Options with one value. */
  readonly fixed: Readonly<Record<string, unknown>>
  /** Other ends for the range of a number. */
  readonly ranges: Readonly<Record<string, { readonly min: number, readonly max: number }>>
}

/** The next rung has three times the effort, and a third of the trials. */
export const ETA = 3

/** Throws ERR_OPTION for a value or a range that the declaration does not allow, and for more dimensions than Sobol points have. */
export function spaceOf({ options: specs, effort }: Pick<ModelDefinition, 'options' | 'effort'>, { fixed, ranges }: Narrowed): Space {
  const dimensions: Dimension[] = []
  const stay: Record<string, number | string> = {}
  const defaults: Record<string, number | string> = {}
  let rungs: readonly number[] | undefined
  for (const [name, spec] of Object.entries(specs)) {
    const isFixed = fixed[name] !== undefined
    defaults[name] = isFixed ? checkOption(name, spec, fixed[name]) : spec.default
    if (ranges[name] && isFixed) throw new MatineeError('ERR_OPTION', `${name} is given a value and a range, expected one of the two.`)
    if (isFixed || !spec.tune) stay[name] = defaults[name]
    else if (spec.kind === 'choice') dimensions.push({ name, kind: 'choice', choices: spec.tune })
    else if (name === effort) rungs = rungsOf(rangeOf(name, spec, ranges[name]))
    else dimensions.push({ name, kind: spec.kind, range: rangeOf(name, spec, ranges[name]) })
  }
  checkRangesAreUsed(specs, ranges)
  if (dimensions.length > SOBOL_DIMENSIONS) {
    throw new MatineeError('ERR_OPTION', `${dimensions.length} options would be tuned, expected at most ${SOBOL_DIMENSIONS}; give some of them a value.`)
  }
  return { dimensions, fixed: stay, defaults, ...(rungs && effort !== undefined && { effort: { name: effort, rungs } }) }
}

function rangeOf(name: string, spec: NumberOption, given: { readonly min: number, readonly max: number } | undefined): Range {
  const { tune = { min: spec.default, max: spec.default, scale: 'linear' } } = spec
  if (!given) return tune
  const [min, max] = [Number(checkOption(name, spec, given.min)), Number(checkOption(name, spec, given.max))]
  if (!(min < max)) throw new MatineeError('ERR_OPTION', `the range of ${name} is ${min}:${max}, expected MIN:MAX with MIN below MAX.`)
  if (tune.scale === 'log' && min <= 0) throw new MatineeError('ERR_OPTION', `the range of ${name} begins at ${min}, expected more than 0: it is searched by its logarithm.`)
  return { min, max, scale: tune.scale }
}

function checkRangesAreUsed(specs: OptionSpecs, ranges: Narrowed['ranges']): void {
  const tunable = Object.entries(specs).flatMap(([name, spec]) => spec.tune && spec.kind !== 'choice' ? [name] : [])
  for (const name of Object.keys(ranges)) {
    if (tunable.includes(name)) continue
    throw new MatineeError('ERR_OPTION', `${name} is given a range, expected one of ${tunable.join(', ') || 'no option: this model has none with a range'}.`)
  }
}

// From the greatest effort down by thirds; rising.
function rungsOf({ min, max }: Range): number[] {
  const rungs: number[] = []
  for (let effort = Math.floor(max); effort >= Math.max(1, min); effort = Math.floor(effort / ETA)) rungs.unshift(effort)
  return rungs
}

/** The options at a point of the cube [dimensions]. Numbers have three significant digits: what is logged can be typed. */
export function optionsAt(space: Space, point: readonly number[], effort?: number): Options {
  const values: Record<string, number | string> = { ...space.fixed }
  space.dimensions.forEach((dimension, at) => { values[dimension.name] = valueAt(dimension, point[at]) })
  if (space.effort) values[space.effort.name] = effort ?? space.effort.rungs[0]
  return Object.fromEntries(Object.keys(space.defaults).map(name => [name, values[name]]))
}

function valueAt(dimension: Dimension, u: number): number | string {
  if (dimension.kind === 'choice') return dimension.choices[Math.min(dimension.choices.length - 1, Math.floor(u * dimension.choices.length))]
  const { min, max, scale } = dimension.range
  const value = scale === 'log' ? min * exp(u * log(max / min)) : min + u * (max - min)
  const rounded = dimension.kind === 'integer' ? Math.round(value) : Number(value.toPrecision(3))
  return Math.min(max, Math.max(min, rounded))
}

/** The point of the cube that is nearest to these options. */
export function pointOf({ dimensions }: Space, options: Options): number[] {
  return dimensions.map(dimension => {
    const value = options[dimension.name]
    if (dimension.kind === 'choice') return (Math.max(0, dimension.choices.indexOf(String(value))) + 0.5) / dimension.choices.length
    const { min, max, scale } = dimension.range
    const within = Math.min(max, Math.max(min, Number(value)))
    return scale === 'log' ? log(within / min) / log(max / min) : (within - min) / (max - min)
  })
}

/** Every number at its greatest: what is laid out for these options is enough for all of the space. */
export function largest(space: Space): Options {
  const numbers = space.dimensions.flatMap(dimension => dimension.kind === 'choice' ? [] : [[dimension.name, dimension.range.max] as const])
  return { ...space.defaults, ...Object.fromEntries(numbers) }
}
