// What can I type? The command's entrance: it parses, runs, and turns errors into messages and exit codes.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled by Ctrl-C.
import { MatineeError, type ErrorCode } from '@matinee/core'
import { Command, CommanderError } from 'commander'
import { packageVersion } from './package-version.ts'
import { print, type Io } from './io.ts'
import { commands } from './registry.ts'

const USAGE_ERRORS: readonly ErrorCode[] = ['ERR_OPTION', 'ERR_USAGE', 'ERR_UNKNOWN_NAME']

/** Runs the command line, without the program's name, and gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const controller = new AbortController()
  const cancel = (): void => {
    if (controller.signal.aborted) process.exit(130) // asked twice: no more waiting
    controller.abort(new Error('interrupted'))
  }
  // `matinee … | head -1`: who reads has enough, and that is no failure
  const ignoreClosedPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
  }
  process.stdout.on('error', ignoreClosedPipe)
  process.stderr.on('error', ignoreClosedPipe)
  process.on('SIGINT', cancel)
  process.on('SIGTERM', cancel)
  try {
    return await runCommand(argv, {
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      signal: controller.signal,
      now: () => new Date(),
      columns: process.stdout.columns,
      interactive: process.stderr.isTTY === true,
    })
  } finally {
    process.off('SIGINT', cancel)
    process.off('SIGTERM', cancel)
  }
}

/** As main, with everything that is touched given. */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  const json = argv.includes('--json')
  try {
    await program(io).parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    return report(error, json, io)
  }
}

function program(io: Io): Command {
  const root = new Command('matinee')
    .description('Recommendations from implicit feedback, with numbers that can be believed.')
    .version(packageVersion, '--version', 'print the version')
    .configureOutput({ writeOut: text => void io.stdout.write(text), writeErr: () => {} })
    .configureHelp({ helpWidth: Math.min(io.columns ?? 100, 120) })
    .showSuggestionAfterError(true)
    .exitOverride()
  for (const [name, definition] of Object.entries(commands)) {
    const command = root.command(name).description(definition.summary).exitOverride()
    command.copyInheritedSettings(root)
    definition.configure(command)
    command.option('--json', 'one JSON document on stdout, all else on stderr').option('--quiet', 'no progress and no remarks')
    command.addHelpText('after', () => `\nExamples:\n${definition.examples.map(([line, what]) => `  $ matinee ${line}\n      ${what}`).join('\n')}`)
    command.action((...all: unknown[]) => {
      const positional = all.slice(0, -2).flat().filter(argument => typeof argument === 'string')
      return definition.run(positional, command.opts(), io)
    })
  }
  root.addHelpText('after', '\nStart with:\n  $ matinee quickstart\n      MovieLens 100K: train, measure, recommend for user 42')
  return root
}

// An error as a person, or a program, can use it.
function report(error: unknown, json: boolean, io: Io): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0 // --help and --version
    const what = error.code === 'commander.help' ? `no command was named, expected one of ${Object.keys(commands).join(', ')}.` : error.message.replace(/^error: /, '')
    return report(new MatineeError('ERR_USAGE', what), json, io)
  }
  if (!(error instanceof MatineeError)) throw error
  const { code, detail, action } = error
  io.stderr.write(`${code}: ${detail}\n${action}\n`)
  if (json) print(io, JSON.stringify({ error: { code, message: detail, action } }))
  if (code === 'ERR_ABORTED') return 130
  return USAGE_ERRORS.includes(code) ? 2 : 1
}
