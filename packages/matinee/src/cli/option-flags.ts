// Flags from option declarations: name, default, range and help are written once, where the option lives.
import { checkOption, models, type OptionSpec, type OptionSpecs } from '@matinee/core'
import { InvalidArgumentError, Option, type Command } from 'commander'

const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

export const parseNumber = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It is not a number.')
  return value
}

/** A count of at least one. Throws ERR_OPTION. */
export const checkedCount = (name: string, count: number): number =>
  Number(checkOption(name, { kind: 'integer', default: 1, min: 1, max: 1_000_000, help: '' }, count))

/** How many versions stay, from --keep. Throws ERR_OPTION at once, not when the training is over. */
export const checkedKeep = (keep: number): number => checkedCount('keep', keep)

/** Adds a flag for each option; ranges are checked later, by the declaration. */
export function addFlags(command: Command, specs: OptionSpecs, group: string): void {
  for (const [name, spec] of Object.entries(specs)) command.addOption(flag(name, spec, describe(spec)).helpGroup(group))
}

/** Adds the flags of all models, each once, with every model's default. */
export function addModelFlags(command: Command): void {
  const flags = new Map<string, { spec: OptionSpec, help: string[] }>()
  for (const [model, { options }] of Object.entries(models)) {
    for (const [name, spec] of Object.entries(options as OptionSpecs)) {
      const known = flags.get(name) ?? { spec, help: [] }
      flags.set(name, { spec: known.spec, help: [...known.help, `${model}: ${describe(spec)}`] })
    }
  }
  for (const [name, { spec, help }] of flags) command.addOption(flag(name, spec, help.join(' · ')).helpGroup('Model:'))
}

/** The options among `given` that are declared in `specs`. */
export function pick(given: Readonly<Record<string, unknown>>, specs: OptionSpecs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(specs, name)))
}

/** The model options among `given`, of whatever model: one of another model is refused when they are resolved. */
export function pickModelOptions(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.assign({}, ...Object.values(models).map(({ options }) => pick(given, options)))
}

function flag(name: string, spec: OptionSpec, help: string): Option {
  if (spec.kind === 'choice') return new Option(`--${kebab(name)} <${spec.choices.join('|')}>`, help)
  return new Option(`--${kebab(name)} <${spec.kind}>`, help).argParser(parseNumber)
}

function describe(spec: OptionSpec): string {
  const range = spec.kind === 'choice' ? '' : `, ${spec.min} to ${spec.max}`
  return `${spec.help} (default ${spec.default}${range})`
}
