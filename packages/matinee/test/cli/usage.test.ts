// What can be typed: help for everything, and exit code 2 for what is no command.
import { describe, expect, test } from 'vitest'
import { packageVersion } from '../../src/cli/package-version.ts'
import { commands } from '../../src/cli/registry.ts'
import { fails, matinee, scratchFolder } from './help.ts'

const place = { cwd: scratchFolder() }
const names = Object.keys(commands)

describe('help', () => {
  test.each(names)('of %s shows usage, --json, --quiet and examples, and exits with 0', async name => {
    const { code, stdout, stderr } = await matinee([name, '--help'], place)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: matinee ${name}`))
    expect(stdout).toContain('--json')
    expect(stdout).toContain('--quiet')
    const examples = stdout.slice(stdout.indexOf('Examples:')).match(/^ {2}\$ matinee .+$/gm) ?? []
    expect(examples.length).toBeGreaterThan(0)
    expect(examples.every(line => line.startsWith(`  $ matinee ${name}`))).toBe(true)
  })

  test('lists every command and where to start', async () => {
    const { code, stdout } = await matinee(['--help'], place)
    expect(code).toBe(0)
    for (const name of names) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    expect(stdout).toContain('matinee quickstart')
  })

  test('of options says default and range', async () => {
    const { stdout } = await matinee(['train', '--help'], place)
    expect(stdout).toMatch(/--factors <integer> +als: Latent dimensions\. \(default \d+, 1 to 1024\)/)
    expect(stdout).toMatch(/--ties <hash\|file>/)
    expect(stdout.replace(/\s+/g, ' ')).toContain('--split <name> How interactions are hidden for the test. (one of leave-last-n, global-time, random, user-holdout; default leave-last-n)')
    expect(stdout.replace(/\s+/g, ' ')).toContain('--test-users <number> user-holdout: Share of the users')
  })

  test('--version prints the version', async () => {
    expect(await matinee(['--version'], place)).toEqual({ code: 0, stdout: `${packageVersion}\n`, stderr: '' })
  })
})

test('serve without a version says so, and makes no store', () =>
  fails(['serve', '--artifacts', 'none'], place, { code: 1, error: 'ERR_ARTIFACT_MISSING', says: /none/ }))

describe('exit code 2', () => {
  const usage = (says: RegExp | string) => ({ code: 2, error: 'ERR_USAGE', says })
  test('for no command, naming all of them', () => fails([], place, usage(names.join(', '))))
  test('for an unknown command, with the nearest', () => fails(['trian'], place, usage(/Did you mean train/)))
  test('for an unknown option, with the nearest', () => fails(['train', '--factrs', '3'], place, usage(/Did you mean --factors/)))
  test('for an unknown dataset, with all names', () => fails(['train', '--dataset', 'ml-1k'], place, { code: 2, error: 'ERR_UNKNOWN_NAME', says: /ml-100k, ml-latest-small/ }))
  test('for no data', () => fails(['train'], place, usage(/a file or --dataset/)))
  test('for a file and a dataset', () => fails(['evaluate', 'a.csv', '--dataset', 'ml-1m'], place, usage(/both the file "a.csv" and --dataset ml-1m/)))
  test('for titles or attributes with a dataset, which would not be read', async () => {
    for (const flag of ['--items', '--users']) await fails(['train', '--dataset', 'ml-1m', flag, 'a.csv'], place, usage(new RegExp(`${flag} was given with --dataset ml-1m`)))
  })
  test('for a number that is none', () => fails(['train', 'a.csv', '--factors', 'many'], place, usage(/--factors.*not a number/)))
  test('for a choice that is none', () => fails(['train', 'a.csv', '--model', 'sa'], place, { code: 2, error: 'ERR_OPTION', says: /expected one of als, / }))
  test('for a user and a history', () => fails(['recommend', '--user-id', '1', '--history', '2:3'], place, usage(/--user-id and --history/)))
  test('for nothing to be similar to', () => fails(['similar'], place, usage(/--item-id and --user-id/)))
  test('for a filter of items on a list of users', async () => {
    await fails(['similar', '--user-id', 'c1', '--where', 'tags=red'], place, usage(/--where/))
    await fails(['similar', '--user-id', 'c1', '--mmr', '0.5'], place, usage(/--mmr and --cap/))
  })
  test('for half an explanation', () => fails(['explain', '--user-id', '1'], place, usage(/--item-id/)))
  test('for an action that versions does not have', () => fails(['versions', 'delete'], place, usage(/list, use, prune/)))
  test('for a version that is not named', () => fails(['versions', 'use'], place, usage(/versions use NAME/)))
  test('for pruning without a number', () => fails(['versions', 'prune'], place, usage(/--keep/)))

  test.each([
    ['--factors', '0', /factors is 0, expected an integer from 1 to 1024/],
    ['--factors', '1.5', /factors is 1.5, expected an integer/],
    ['--alpha', '-1', /alpha is -1, expected a number from 0.001/],
    ['--alpha', 'Infinity', /alpha is Infinity/],
    ['--threads', '0', /threads is 0, expected an integer from 1/],
    ['--seed', '4294967296', /seed is 4294967296/],
    ['--keep', '0', /keep is 0, expected an integer from 1/],
    ['--days', '3', /there is no option "days"/],
  ])('for %s %s, before the file is looked at', (flag, value, says) =>
    fails(['train', 'nowhere.csv', flag, value], place, { code: 2, error: 'ERR_OPTION', says }))

  test('is told to programs as well: --json gives the error as a document', async () => {
    const { code, stdout } = await matinee(['train', '--dataset', 'ml-1k', '--json'], place)
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'ERR_UNKNOWN_NAME', message: expect.stringContaining('ml-1k'), action: expect.any(String) } })
  })
})
