// The page in a real browser: no error, no request, nothing wider than a phone's screen, light and dark, and on paper.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COLUMNS, json, scratchFolder, SMALL, writeEvents } from '../cli/help.ts'

const cwd = scratchFolder()
const program = ['chromium', 'chromium-browser', 'google-chrome'].map(name => {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}).find(path => path !== '')

describe.skipIf(!program)('the report in Chromium (skipped where there is no chromium)', () => {
  let browser: Browser
  const url = pathToFileURL(join(cwd, 'report.html')).href
  beforeAll(async () => {
    writeEvents(cwd)
    const train = ['train', 'events.csv', ...COLUMNS, '--items', 'items.csv', '--k', '3'] as const
    for (const model of [['--model', 'popularity', '--resamples', '100'], SMALL]) await json([...train, ...model], { cwd })
    await json(['report', ...readdirSync(join(cwd, 'artifacts')).filter(name => /^\d/.test(name))], { cwd })
    browser = await chromium.launch({ ...(program && { executablePath: program }), args: ['--no-sandbox'] })
  })
  afterAll(() => browser.close())

  test.each(['light', 'dark'] as const)('in %s it opens without an error or a request, with ink that stands out from the paper', async colorScheme => {
    const page = await browser.newPage({ colorScheme })
    const [errors, requests]: [string[], string[]] = [[], []]
    page.on('console', message => errors.push(message.text()))
    page.on('pageerror', error => errors.push(error.message))
    page.on('request', request => requests.push(request.url()))
    await page.goto(url)
    await page.waitForLoadState('networkidle')
    expect({ errors, requests: requests.filter(each => !each.startsWith('data:')) }).toEqual({ errors: [], requests: [url] })
    const luminances = await page.evaluate(`['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name].match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765)`) as number[]
    expect(Math.abs(luminances[0] - luminances[1])).toBeGreaterThan(0.6)
    expect(luminances[1] > 0.5).toBe(colorScheme === 'light')
    await page.close()
  })

  test('every picture is drawn inside its frame, and the page fits a phone', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } })
    await page.goto(url)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    const pictures = await page.evaluate(`[...document.querySelectorAll('svg')].map(svg => {
      const frame = svg.getBoundingClientRect()
      const marks = [...svg.querySelectorAll('path, circle, line, text')].map(mark => mark.getBoundingClientRect()).filter(box => box.width > 0 || box.height > 0)
      return { marks: marks.length, outside: marks.filter(box => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1).length }
    })`) as { marks: number, outside: number }[]
    expect(pictures.length).toBeGreaterThanOrEqual(6)
    for (const { marks, outside } of pictures) expect({ isDrawn: marks > 10, outside }).toEqual({ isDrawn: true, outside: 0 })
    await page.close()
  })

  test('on paper it is whole: a PDF of some pages', async () => {
    const page = await browser.newPage()
    await page.goto(url)
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0).toBeGreaterThan(1)
    await page.close()
  })
})
