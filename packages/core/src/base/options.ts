// An option is declared once: default, range, help. The command's flags, the docs table, the manifest and
// (later) the tuner read the same declaration.
import { MatineeError } from './errors.ts'

/** A number within a range. */
export interface NumberOption {
  readonly kind: 'number' | 'integer'
  readonly default: number
  /** Inclusive. */
  readonly min: number
  /** Inclusive. */
  readonly max: number
  readonly help: string
  /** Where a tuner looks, evenly over the value or over its logarithm; absent: it leaves the default. */
  readonly tune?: { readonly min: number, readonly max: number, readonly scale: 'linear' | 'log' }
}

/** One of a few words. */
export interface ChoiceOption<Choice extends string = string> {
  readonly kind: 'choice'
  readonly default: Choice
  readonly choices: readonly Choice[]
  readonly help: string
  /** What a tuner chooses from; absent: it leaves the default. */
  readonly tune?: readonly Choice[]
}

/** What one option allows. */
export type OptionSpec = NumberOption | ChoiceOption
/** Declarations by name, in camelCase. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

type OptionValue<Spec> = Spec extends ChoiceOption<infer Choice> ? Choice : number

/** The values that a declaration describes. */
export type OptionValues<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: OptionValue<Specs[Name]> }

/**
 * Fills in defaults and checks every given value against its declaration.
 *
 * `undefined` counts as not given. Throws ERR_OPTION for an unknown name or a value out of range.
 */
export function resolveOptions<Specs extends OptionSpecs>(
  specs: Specs,
  given: Readonly<Record<string, unknown>>,
): OptionValues<Specs> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw new MatineeError('ERR_OPTION', `there is no option "${name}"; expected one of ${Object.keys(specs).join(', ')}.`)
    }
  }
  const values = Object.entries(specs).map(([name, spec]) => {
    const value = given[name]
    return [name, value === undefined ? spec.default : checkOption(name, spec, value)]
  })
  return Object.fromEntries(values) as OptionValues<Specs>
}

/** The options among `given` that are declared in `specs`. */
export function pickOptions(given: Readonly<Record<string, unknown>>, specs: OptionSpecs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(specs, name)))
}

/** The value if `spec` allows it; throws ERR_OPTION otherwise. */
export function checkOption(name: string, spec: OptionSpec, value: unknown): number | string {
  if (spec.kind === 'choice') {
    if (typeof value === 'string' && spec.choices.includes(value)) return value
    throw new MatineeError('ERR_OPTION', `${name} is ${JSON.stringify(value)}, expected one of ${spec.choices.join(', ')}.`)
  }
  const isNumber = typeof value === 'number' && Number.isFinite(value)
  const isKind = spec.kind === 'number' || Number.isInteger(value)
  if (isNumber && isKind && value >= spec.min && value <= spec.max) return value
  const kind = spec.kind === 'integer' ? 'an integer' : 'a number'
  throw new MatineeError('ERR_OPTION', `${name} is ${String(value)}, expected ${kind} from ${spec.min} to ${spec.max}.`)
}
