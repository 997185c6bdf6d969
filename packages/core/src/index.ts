// @matinee/core: recommendations from implicit feedback, the mathematics. Everything public is named here.
export * from './base/index.ts'
export * from './sparse/index.ts'
export * from './kernels/index.ts'
export * from './dataset/index.ts'
export * from './split/index.ts'
export * from './model/index.ts'
export * from './evaluate/index.ts'
