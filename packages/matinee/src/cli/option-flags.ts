// Flags from option declarations: name, default, range and help are written once, where the option lives.
import { checkOption, pickOptions, type OptionSpec, type OptionSpecs } from '@matinee/core'
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

/** Adds the flags of all parts of a registry, each once, with every part's default; those in `except` are flags already. */
export function addFlagsOf(command: Command, registry: WithOptions, group: string, except: OptionSpecs = {}): void {
  const flags = new Map<string, { spec: OptionSpec, help: string[] }>()
  for (const [part, { options }] of Object.entries(registry)) {
    for (const [name, spec] of Object.entries(options)) {
      if (Object.hasOwn(except, name)) continue
      const known = flags.get(name) ?? { spec, help: [] }
      flags.set(name, { spec: known.spec, help: [...known.help, `${part}: ${describe(spec)}`] })
    }
  }
  for (const [name, { spec, help }] of flags) command.addOption(flag(name, spec, help.join(' · ')).helpGroup(group))
}

/** Parts of a registry, each with options of its own. */
type WithOptions = Readonly<Record<string, { readonly options: OptionSpecs }>>

/** The options among `given` of any part of a registry: one of another part than is chosen is refused when they are resolved. */
export function pickOptionsOf(registry: WithOptions, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.assign({}, ...Object.values(registry).map(({ options }) => pickOptions(given, options)))
}

function flag(name: string, spec: OptionSpec, help: string): Option {
  if (spec.kind !== 'choice') return new Option(`--${kebab(name)} <${spec.kind}>`, help).argParser(parseNumber)
  return new Option(`--${kebab(name)} <${areShort(spec.choices) ? spec.choices.join('|') : 'name'}>`, help)
}

function describe(spec: OptionSpec): string {
  if (spec.kind !== 'choice') return `${spec.help} (default ${spec.default}, ${spec.min} to ${spec.max})`
  return `${spec.help} (${areShort(spec.choices) ? '' : `one of ${spec.choices.join(', ')}; `}default ${spec.default})`
}

// So short that they stand in the flag itself without moving every help text to the right.
const areShort = (choices: readonly string[]): boolean => choices.join('|').length <= 24
