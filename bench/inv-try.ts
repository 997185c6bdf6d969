import { wasmKernels, referenceKernels, trainingSet, splitterDefinition } from '@matinee/core'
import { readDataset, datasets } from '../packages/matinee/src/files/index.ts'
for (const name of ['ml-100k','ml-1m'] as const) {
const d = await readDataset(datasets[name], '/work/shared/datasets/'+name)
const s = splitterDefinition('leave-last-n').split(d, { ties: 'file' })
const t = trainingSet(s.fitRows, 'binary')
for (const lambda of [1, 100]) { const p = { byUser: t.byUser, byItem: t.byItem, diagonal: new Float64Array(t.byItem.nRows).fill(lambda), stage: 'x' }
for (const threads of [1,2]) { const b=performance.now(); const inv = await wasmKernels.inverse(p,{threads}); console.log(name, lambda, threads, (performance.now()-b).toFixed(0),'ms')
if (name==='ml-100k' && threads===1) { const r = await referenceKernels.inverse(p,{}); let e=0,q=0,mx=0; r.forEach((x,i)=>{e+=(x-inv[i])**2;q+=x*x;mx=Math.max(mx,Math.abs(x-inv[i])/Math.abs(x))}); console.log('error',Math.sqrt(e/q)) } } }
}
