// A vitest reporter that says at the end which tests did not run, and why: the reason stands in the test's name,
// as in 'popularity reaches .0859 on ML-100K (skipped: no MATINEE_DATA_DIR)', or in the name of a group around it.

/** @typedef {{ name: string, fullName: string, module: { relativeModuleId?: string, moduleId: string, state(): string }, result(): { state: string, note?: string } }} Test */
/** @typedef {{ children: { allTests(): Iterable<Test> } }} Module */

/** The reason that a test's full name gives, or undefined. @param {string} name @returns {string | undefined} */
export const skipReason = name => /\(skipped: ([^)]+)\)/.exec(name)?.[1]

export default class SkippedReporter {
  /** @param {readonly Module[]} modules */
  onTestRunEnd(modules) {
    const skipped = [...modules].flatMap(module => [...module.children.allTests()]).filter(test => test.result().state === 'skipped')
    if (skipped.length === 0) {
      console.log('Nothing was skipped.')
      return
    }
    console.log(`Skipped ${skipped.length}:`)
    for (const [reason, tests] of groupByReason(skipped)) {
      console.log(`  ${reason}`)
      for (const test of tests) console.log(`    - ${test.module.relativeModuleId ?? test.module.moduleId}: ${test.fullName}`)
    }
  }
}

/** @param {Test[]} skipped @returns {Map<string, Test[]>} */
function groupByReason(skipped) {
  const groups = new Map()
  for (const test of skipped) {
    const reason = test.result().note ?? skipReason(test.fullName) ?? (test.module.state() === 'failed' ? 'their group failed before them' : 'no reason given')
    groups.set(reason, [...groups.get(reason) ?? [], test])
  }
  return groups
}
