// Stochastic gradient descent over the samples of one block: pairs of a user and an item the user had, each beside a negative
// that is drawn from the block's items. docs/math/factorization.md; the specification is src/kernels/reference/sgd.ts.
import { addScaled, sumLanes } from './vector'

// The losses; BPR is 0.
const WARP = 1
const LOGISTIC = 2

/** What is fitted; pointers to float32 arrays, [n × stride]. Laid out by src/kernels/wasm/sgd-layout.ts, all fields 32 bits wide. */
// @ts-ignore: decorator
@unmanaged
class Part {
  values: usize
  /** 1 + Σ mean of g², [n] */
  squares: usize
  /** 0 where the side is not hybrid */
  gradients: usize
  anchors: usize
  /** λ */
  regularization: f32
}

/** One thread's block. */
// @ts-ignore: decorator
@unmanaged
class Block {
  users: Part
  items: Part
  biases: Part
  /** Bytes of a vector. */
  bytes: usize
  /** 1 / factors */
  share: f32
  learningRate: f32
  loss: i32
  tries: i32
  /** float32 [tries + 1] */
  weights: usize
  /** int32 pairs [nSamples]: user, item */
  samples: usize
  nSamples: i32
  /** int32 [nItems]: the block's. */
  candidates: usize
  nItems: i32
  /** int32 [all items]: place within the block. */
  places: usize
  /** Bits [users of the block × words of 32]: whether the user had the item. */
  liked: usize
  nUsers: i32
  words: i32
  firstUser: i32
  /** sfc32 */
  a: i32
  b: i32
  c: i32
  d: i32
}

/** Shuffles the samples (Fisher and Yates) and notes what each user had. */
export function beginBlock(block: Block): void {
  memory.fill(block.liked, 0, <usize>(block.nUsers * block.words) << 2)
  for (let s = 0; s < block.nSamples; s++) {
    const at = block.samples + (<usize>s << 3)
    const bit = bitOf(block, load<i32>(at), load<i32>(at, 4))
    const word = block.liked + (<usize>(bit >> 5) << 2)
    store<u32>(word, load<u32>(word) | (1 << (bit & 31)))
  }
  for (let left = block.nSamples; left > 1; left--) {
    const one = block.samples + (<usize>below(block, left) << 3), other = block.samples + (<usize>(left - 1) << 3)
    const sample = load<u64>(one)
    store<u64>(one, load<u64>(other))
    store<u64>(other, sample)
  }
}

/** A step for each of the samples [from, to). Returns the sum of their misses. */
export function descend(block: Block, from: i32, to: i32): f64 {
  let missed: f64 = 0
  for (let s = from; s < to; s++) {
    const at = block.samples + (<usize>s << 3)
    missed += <f64>oneSample(block, load<i32>(at), load<i32>(at, 4))
  }
  return missed
}

function oneSample(block: Block, user: i32, item: i32): f32 {
  const own = score(block, user, item)
  for (let drawn = 1; drawn <= block.tries; drawn++) {
    const other = load<i32>(block.candidates + (<usize>below(block, block.nItems) << 2))
    if (block.loss == WARP) {
      if (score(block, user, other) <= own - 1 || isLiked(block, user, other)) continue
      const weight = load<f32>(block.weights + (<usize>drawn << 2))
      update(block, user, item, weight, other, -weight)
      return 1
    }
    if (isLiked(block, user, other)) continue
    if (block.loss == LOGISTIC) {
      const missing = sigmoid(-own), present = sigmoid(score(block, user, other))
      update(block, user, item, missing, other, -present)
      return (missing + present) * 0.5
    }
    const miss = sigmoid(score(block, user, other) - own)
    update(block, user, item, miss, other, -miss)
    return miss
  }
  return 0
}

// x · y + b
// @ts-ignore: decorator
@inline
function score(block: Block, user: i32, item: i32): f32 {
  let x = block.users.values + <usize>user * block.bytes
  const y = block.items.values + <usize>item * block.bytes - x
  let even = f32x4.splat(0), odd = f32x4.splat(0)
  for (const end = x + block.bytes; x < end; x += 32) {
    even = f32x4.add(even, f32x4.mul(v128.load(x), v128.load(x + y)))
    odd = f32x4.add(odd, f32x4.mul(v128.load(x, 16), v128.load(x + y, 16)))
  }
  return sumLanes(f32x4.add(even, odd)) + load<f32>(block.biases.values + (<usize>item << 2))
}

// The step for a sample and a negative; p, q: the gradients of their scores.
function update(block: Block, user: i32, item: i32, p: f32, other: i32, q: f32): void {
  const users = block.users, items = block.items, bytes = block.bytes
  const rateX = rateOf(block, users, user), rateY = rateOf(block, items, item), rateZ = rateOf(block, items, other)
  const x = <usize>user * bytes, y = <usize>item * bytes, z = <usize>other * bytes
  const xs = users.values + x, ys = items.values + y, zs = items.values + z
  if (users.gradients) addTwo(users.gradients + x, p, ys, q, zs, bytes)
  if (items.gradients) {
    addScaled(p, xs, items.gradients + y, bytes)
    addScaled(q, xs, items.gradients + z, bytes)
  }
  const pullX = rateX * users.regularization, pullY = rateY * items.regularization, pullZ = rateZ * items.regularization
  const keepX = f32x4.splat(1 - pullX), keepY = f32x4.splat(1 - pullY), keepZ = f32x4.splat(1 - pullZ)
  const gainX = f32x4.splat(rateX), gainY = f32x4.splat(rateY * p), gainZ = f32x4.splat(rateZ * q)
  const ps = f32x4.splat(p), qs = f32x4.splat(q)
  const toY = ys - xs, toZ = zs - xs
  let squareX = f32x4.splat(0), squareG = f32x4.splat(0)
  for (let at = xs, end = xs + bytes; at < end; at += 16) {
    const vx = v128.load(at), vy = v128.load(at + toY), vz = v128.load(at + toZ)
    const g = f32x4.add(f32x4.mul(ps, vy), f32x4.mul(qs, vz))
    squareG = f32x4.add(squareG, f32x4.mul(g, g))
    squareX = f32x4.add(squareX, f32x4.mul(vx, vx))
    v128.store(at, f32x4.add(f32x4.mul(keepX, vx), f32x4.mul(gainX, g)))
    v128.store(at + toY, f32x4.add(f32x4.mul(keepY, vy), f32x4.mul(gainY, vx)))
    v128.store(at + toZ, f32x4.add(f32x4.mul(keepZ, vz), f32x4.mul(gainZ, vx)))
  }
  if (users.anchors) addScaled(pullX, users.anchors + x, xs, bytes)
  if (items.anchors) {
    addScaled(pullY, items.anchors + y, ys, bytes)
    addScaled(pullZ, items.anchors + z, zs, bytes)
  }
  const square = sumLanes(squareX) * block.share
  addSquare(users, user, sumLanes(squareG) * block.share)
  addSquare(items, item, p * p * square)
  addSquare(items, other, q * q * square)
  updateBias(block, item, p)
  updateBias(block, other, q)
}

function updateBias(block: Block, item: i32, g: f32): void {
  const biases = block.biases
  const at = <usize>item << 2
  const rate = rateOf(block, biases, item)
  const value = load<f32>(biases.values + at)
  let pull = value
  if (biases.gradients) {
    store<f32>(biases.gradients + at, load<f32>(biases.gradients + at) + g)
    pull -= load<f32>(biases.anchors + at)
  }
  store<f32>(biases.values + at, value + rate * (g - biases.regularization * pull))
  addSquare(biases, item, g * g)
}

// out ← out + p y + q z
function addTwo(out: usize, p: f32, y: usize, q: f32, z: usize, bytes: usize): void {
  addScaled(p, y, out, bytes)
  addScaled(q, z, out, bytes)
}

// η/√h
// @ts-ignore: decorator
@inline
function rateOf(block: Block, part: Part, row: i32): f32 {
  return block.learningRate / sqrt<f32>(load<f32>(part.squares + (<usize>row << 2)))
}

// @ts-ignore: decorator
@inline
function addSquare(part: Part, row: i32, square: f32): void {
  const at = part.squares + (<usize>row << 2)
  store<f32>(at, load<f32>(at) + square)
}

// @ts-ignore: decorator
@inline
function bitOf(block: Block, user: i32, item: i32): i32 {
  return (user - block.firstUser) * (block.words << 5) + load<i32>(block.places + (<usize>item << 2))
}

// @ts-ignore: decorator
@inline
function isLiked(block: Block, user: i32, item: i32): bool {
  const bit = bitOf(block, user, item)
  return ((load<u32>(block.liked + (<usize>(bit >> 5) << 2)) >> (bit & 31)) & 1) != 0
}

// ⌊n · draw / 2³²⌋, the draw by sfc32 (src/base/random.ts)
// @ts-ignore: decorator
@inline
function below(block: Block, n: i32): i32 {
  const sum = block.a + block.b + block.d
  block.d++
  block.a = block.b ^ <i32>(<u32>block.b >> 9)
  block.b = block.c + (block.c << 3)
  block.c = rotl<i32>(block.c, 21) + sum
  return <i32>((<u64><u32>sum * <u64>n) >> 32)
}

// 1 / (1 + e⁻ˣ); e^r for |r| ≤ ½ ln 2 by the polynomial of Cephes' expf (Moshier), whose error is below 2 ulp
function sigmoid(x: f32): f32 {
  const t = max<f32>(-87, min<f32>(87, -x))
  const k = nearest<f32>(t * 1.44269504)
  const r = t - k * 0.693359375 - k * -2.12194440e-4
  const tail = ((((r * 1.9875691500e-4 + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r + 1.6666665459e-1) * r + 5.0000001201e-1
  const power = reinterpret<f32>((<i32>k + 127) << 23)
  return <f32>1 / ((tail * r * r + r + 1) * power + 1)
}
