// Reading memory as fast as one core can in WebAssembly. AssemblyScript; bench/harness/peak.ts compiles and times it.

/** Reads bytes 0 … size − 1 of the memory once, in the manner of a scan; size is a multiple of 64. */
export function read(size: i32): f32 {
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0)
  for (let at: usize = 0; at < <usize>size; at += 64) {
    s0 = f32x4.add(s0, v128.load(at))
    s1 = f32x4.add(s1, v128.load(at, 16))
    s2 = f32x4.add(s2, v128.load(at, 32))
    s3 = f32x4.add(s3, v128.load(at, 48))
  }
  return f32x4.extract_lane(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), 0)
}
