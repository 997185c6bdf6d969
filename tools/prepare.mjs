// What `npm ci` and `npm install` run at their end: compiles the kernels if their sources changed. Any Node from 20 on can.
import { existsSync } from 'node:fs'
import { SetUpError } from './npm.mjs'
import { buildKernels, hasCompiler, kernelsAreCurrent } from './kernels.mjs'
import { inRoot } from './paths.mjs'

if (!existsSync(inRoot('packages', 'core', 'assembly', 'index.ts'))) {
  console.error('prepare: there are no kernel sources here, so nothing is compiled.')
} else if (!hasCompiler()) {
  const state = kernelsAreCurrent() ? 'The compiled ones are kept.' : 'A checkout cannot train without them; run `npm ci` with the development packages.'
  console.error(`prepare: AssemblyScript is not installed (--omit=dev), so the kernels are not compiled. ${state}`)
} else {
  try {
    if (await buildKernels()) console.error('prepare: kernels compiled')
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    console.error(`prepare: ${error.message}`)
    process.exitCode = 1
  }
}
