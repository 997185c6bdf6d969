// The page's looks: nothing from outside, light and dark as the reader has it, and dark ink on white paper.

const dark = `
  --ink: #e8e6e3; --soft: #a8a5a0; --paper: #16181b; --card: #1e2125; --rule: #33373d; --quiet: #8b8f96; --hit: #1f4d33;
  --c0: #6cb6ff; --c1: #ffb054; --c2: #5fd38d; --c3: #ff7b8a; --c4: #c99bff; --c5: #4dd6d0; --c6: #f2d35b; --c7: #ff9de2;`

export const style = `
:root { color-scheme: light dark;
  --ink: #1b1d20; --soft: #5b6067; --paper: #fdfcfa; --card: #f4f2ee; --rule: #dcd8d1; --quiet: #8a8780; --hit: #d3efdd;
  --c0: #1f6fd0; --c1: #c2610c; --c2: #177a45; --c3: #c02a44; --c4: #7a3fc4; --c5: #0d7f7a; --c6: #8a6a00; --c7: #b03a92; }
@media (prefers-color-scheme: dark) { :root {${dark} } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 5rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem }
h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--rule) }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem }
p { max-width: 46rem } p, li, h1, h3, h4 { overflow-wrap: anywhere } .soft { color: var(--soft) }
figure { margin: 1rem 0; overflow-x: auto } figcaption { color: var(--soft); font-size: .9rem; max-width: 46rem }
table { border-collapse: collapse; font-size: .9rem; margin: .5rem 0 } th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.wide { overflow-x: auto }
pre { background: var(--card); padding: .8rem 1rem; overflow-x: auto; border-radius: 6px; font-size: .85rem }
details summary { cursor: pointer; color: var(--soft); font-size: .9rem }
.legend { list-style: none; padding: 0; margin: .5rem 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; font-size: .9rem }
.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: 50%; margin-right: .4rem; vertical-align: -1px }
.user { background: var(--card); border-radius: 8px; padding: .2rem 1rem 1rem; margin: 1rem 0; break-inside: avoid }
.lists { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem 1.5rem }
.lists h4 { margin: .4rem 0 .2rem; font-size: .9rem } .lists ol, .lists ul { margin: 0; padding-left: 1.5rem; font-size: .85rem }
mark { background: var(--hit); color: inherit; border-radius: 3px; padding: 0 .25rem }
.warn { border-left: 4px solid var(--c3); padding-left: .8rem }
.plot { color: var(--ink) }
@media print { :root { --paper: #fff; --ink: #000; --card: #fff; --soft: #333 } main { max-width: none; padding: 0 } h2 { break-after: avoid } figure { break-inside: avoid } }
`
