// Planted bugs in the two stages: leaks above all, and what the trees are told.
import { mutantsOf, type Mutant } from './mutant.ts'

const mutants = (file: string, ...list: [string, string, string][]): Mutant[] => mutantsOf(`src/${file}`, ['rank', 'dataset'], list)

export const twoStageMutants: readonly Mutant[] = [
  ...mutants('rank/two-stage/two-stage.ts', ['the examples come from a first stage that knows them', 'learnedFrom(cut, ', 'learnedFrom({ ...cut, training: whole }, ']),
  ...mutants('rank/two-stage/learned.ts', ['nobody looks for leaks', 'checkHidden(training, hidden', 'checkHidden(training, { users: [], items: [] }']),
  ...mutants('rank/two-stage/examples.ts',
    ['the first label of each user stays in the training set', 'isKept.fill(1, indptr[user], ends[user])', 'isKept.fill(1, indptr[user], Math.min(ends[user] + 1, indptr[user + 1]))'],
    ['a history has its label', 'historyBetween(histories, start, at)', 'historyBetween(histories, start, at + 1)'],
    ['the times keep what is cut off', '{ isKept, sequences, ...(catalogue', '{ isKept, sequences, ...(timestamps && { times: { items, timestamps } }), ...(catalogue'],
    ['a user is learned from and stopped on', 'label: histories.items[at], isValidation }', 'label: histories.items[at], isValidation: isValidation !== (at % 2 === 0) }']),
  ...mutants('rank/two-stage/rows.ts',
    ['the label may be left out', 'if (item === label) return true', 'if (item === label) return uniform() < 0.9'],
    ['others are drawn by the user alone', 'seededRandom(context.seed, user, 3 + history.items.length)', 'seededRandom(context.seed, user, 3)'],
    ['validation is drawn from as well', 'isValidation ? proposals.candidates : drawn', 'isValidation && negatives < 0 ? proposals.candidates : drawn']),
  ...mutants('rank/two-stage/fitted.ts', ['what nobody proposed stands among the candidates', 'least - 1 - (top - rest[item])', 'least + 1 - (top - rest[item])']),
  ...mutants('rank/two-stage/feature-set.ts', ['a group may be what all objects have', 'Object.hasOwn(featureGroups, name) ? featureGroups[name] : undefined', 'featureGroups[name]']),
  ...mutants('rank/features/moment.ts',
    ['rows that are left out count', 'if (!isKept || isKept[row]) moments[', 'if (!isKept || isKept[row] < 2) moments['],
    ['what came after the end of the history counts', 'const until = endOfUpTo(now, moments, start, end)', 'const until = end']),
  ...mutants('rank/features/source-scores.ts', ['who scores as much is above', '1 + rising.length - endOfUpTo', 'rising.length - endOfUpTo']),
  ...mutants('dataset/hidden.ts',
    ['sequences are not looked at', 'const stray = sequences && strayIn', 'const stray = sequences && !byUser && strayIn'],
    ['times may have a row more', 'left[items[row]]-- === 0', 'left[items[row]]-- === -1'],
    ['the moment itself may be known', 'newest >= from', 'newest > from']),
  ...mutants('dataset/item-times.ts', ['the newest is that of all rows', ' && (!isKept || isKept[row])) newest', ') newest']),
]
