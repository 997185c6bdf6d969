// Own log, log1p, exp, pow: near the truth, and the same bits for ever.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exp, log, log1p, log2, pow, seededRandom } from '../../src/base/index.ts'

const own = { log, log1p, exp }
const view = new DataView(new ArrayBuffer(8))

function bits(x: number): bigint {
  view.setFloat64(0, x)
  return view.getBigUint64(0)
}

/** Distance in units in the last place, for two numbers of one sign. */
function ulpsBetween(x: number, y: number): number {
  if (Object.is(x, y)) return 0
  if (Math.sign(x) !== Math.sign(y)) return Infinity
  return Math.abs(Number(bits(x) - bits(y)))
}

// Correctly rounded values, computed with Python 3.11.7 decimal at 60 digits from the exact value of the double x.
const correctlyRounded: readonly (readonly [keyof typeof own, number, number])[] = [
  ['log', 0.5, -0.6931471805599453],
  ['log', 2.0, 0.6931471805599453],
  ['log', 3.0, 1.0986122886681098],
  ['log', 10.0, 2.302585092994046],
  ['log', 0.1, -2.3025850929940455],
  ['log', 1.0000000000000002, 2.2204460492503128e-16],
  ['log', 5e-324, -744.4400719213812],
  ['log', 1.7976931348623157e+308, 709.782712893384],
  ['log', 1e-300, -690.7755278982137],
  ['log', 0.9999999999999999, -1.1102230246251565e-16],
  ['log1p', 1e-20, 1e-20],
  ['log1p', 1e-10, 9.999999999500001e-11],
  ['log1p', 0.5, 0.4054651081081644],
  ['log1p', 1.0, 0.6931471805599453],
  ['log1p', 3.0, 1.3862943611198906],
  ['log1p', 3.5, 1.5040773967762742],
  ['log1p', 5.0, 1.791759469228055],
  ['log1p', -0.5, -0.6931471805599453],
  ['log1p', 1e10, 23.025850930040455],
  ['log1p', -0.9999, -9.210340371976294],
  ['exp', 1.0, 2.718281828459045],
  ['exp', -1.0, 0.36787944117144233],
  ['exp', 0.5, 1.6487212707001282],
  ['exp', -0.3, 0.7408182206817179],
  ['exp', 10.0, 22026.465794806718],
  ['exp', -10.0, 4.5399929762484854e-05],
  ['exp', 700.0, 1.0142320547350045e+304],
  ['exp', -700.0, 9.85967654375977e-305],
  ['exp', 1e-10, 1.0000000001],
  ['exp', 709.0, 8.218407461554972e+307],
  ['exp', -740.0, 4.2e-322],
  ['exp', -745.0, 5e-324],
]

describe('near the truth', () => {
  test.each(correctlyRounded)('%s(%d) is within 1 ulp of the correctly rounded value', (name, x, expected) => {
    expect(ulpsBetween(own[name](x), expected)).toBeLessThanOrEqual(1)
  })

  // The engine's functions have an error below 1 ulp of their own; 1 ulp apart is what two such may differ by here.
  const sweeps: readonly (readonly [keyof typeof own, string, (u: number) => number])[] = [
    ['log', 'all binades', u => 2 ** (-1074 + 2097 * u)],
    ['log', '[0.5, 2]', u => 0.5 + 1.5 * u],
    ['log', 'around 1', u => 1 + 1e-3 * (u - 0.5)],
    ['log1p', 'ratings [0, 5]', u => 5 * u],
    ['log1p', '(−1, 0]', u => -u],
    ['log1p', '2⁻⁶⁰ to 2⁴⁰', u => 2 ** (-60 + 100 * u)],
    ['exp', '[−745, 709]', u => -745 + 1454 * u],
    ['exp', '[−1, 1]', u => 2 * u - 1],
  ]
  test.each(sweeps)('%s differs from Math by at most 1 ulp over %s', (name, _range, at) => {
    const random = seededRandom(7)
    let worst = 0
    for (let draw = 0; draw < 50_000; draw++) {
      const x = at(random.uniform())
      worst = Math.max(worst, ulpsBetween(own[name](x), Math[name](x)))
    }
    expect(worst).toBeLessThanOrEqual(1)
  })

  test('log2 is within 2 ulp of Math.log2: one rounding more than log', () => {
    let worst = 0
    for (let x = 1; x <= 20_000; x++) worst = Math.max(worst, ulpsBetween(log2(x), Math.log2(x)))
    expect(worst).toBeLessThanOrEqual(2)
  })

  test('pow has a relative error of at most 2e-15 · (1 + |y · ln x|)', () => {
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }), (x, y) => {
      const expected = Math.pow(x, y)
      expect(Math.abs(pow(x, y) - expected)).toBeLessThanOrEqual(2e-15 * (1 + Math.abs(y * Math.log(x))) * expected)
    }))
  })
})

describe('at the edges', () => {
  test('log is −∞ at 0, NaN below, ∞ at ∞', () => {
    expect([log(0), log(-0), log(-1), log(NaN), log(Infinity), log(1)]).toEqual([-Infinity, -Infinity, NaN, NaN, Infinity, 0])
  })
  test('log1p is −∞ at −1, NaN below, and keeps what 1 + x would lose', () => {
    expect([log1p(-1), log1p(-2), log1p(NaN), log1p(Infinity), log1p(5e-324)]).toEqual([-Infinity, NaN, NaN, Infinity, 5e-324])
  })
  test('exp goes to 0 and ∞ where doubles end', () => {
    expect([exp(-Infinity), exp(-746), exp(0), exp(710), exp(Infinity), exp(NaN)]).toEqual([0, 0, 1, Infinity, Infinity, NaN])
    expect(exp(709.78)).toBeLessThan(Infinity)
  })
  test('pow at 0: 0^y is 0, 0^0 is 1, 0^−y is ∞; NaN stays NaN', () => {
    expect([pow(0, 2), pow(0, 0), pow(0, -1), pow(0, NaN), pow(7, 0), pow(-1, 0.5)]).toEqual([0, 1, Infinity, NaN, 1, NaN])
  })
})

// Recorded by this implementation on Node 24.21.0; guards against change on any engine, says nothing about the truth.
const recorded = [
  [1, 0x0n, 0x3fe62e42fefa39efn, 0x4005bf0a8b14576an, 0x3fd78b56362cef38n, 0x3ff0000000000000n],
  [2, 0x3fe62e42fefa39efn, 0x3ff193ea7aad030an, 0x401d8e64b8d4ddaen, 0x3fc152aaa3bf81ccn, 0x3ffae89f995ad3adn],
  [3, 0x3ff193ea7aad030an, 0x3ff62e42fefa39efn, 0x403415e5bf6fb106n, 0x3fa97db0ccceb0afn, 0x40023c6e3224f9d0n],
  [4, 0x3ff62e42fefa39efn, 0x3ff9c041f7ed8d33n, 0x404b4c902e273a58n, 0x3f92c155b8213cf4n, 0x4006a09e667f3bccn],
  [5, 0x3ff9c041f7ed8d33n, 0x3ffcab0bfa2a2002n, 0x40628d389970338fn, 0x3f7b993fe00d5376n, 0x400abfe695c7a1c6n],
  [3.5, 0x3ff40b512eb53d60n, 0x3ff810b375dce91en, 0x40408ec721396bdbn, 0x3f9eec1018e4ff66n, 0x40047899844a5bden],
  [0.5, 0xbfe62e42fefa39efn, 0x3fd9f323ecbf984cn, 0x3ffa61298e1e069cn, 0x3fe368b2fc6f960an, 0x3fe306fe0a31b715n],
] as const

test.each(recorded)('log, log1p, exp(±x) and x^0.75 of %d have the recorded bits', (x, ...expected) => {
  expect([log(x), log1p(x), exp(x), exp(-x), pow(x, 0.75)].map(bits)).toEqual(expected)
})
