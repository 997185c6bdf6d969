// Who proposes candidates. A new source is a line here: a model of the registry, its options, and how many items it may propose.
import type { ModelName } from '../../model/index.ts'

/** A model whose best items become candidates. */
export interface Source {
  readonly model: ModelName
  /** What differs from the model's defaults. */
  readonly options: Readonly<Record<string, number | string>>
  /** Items that it proposes, its best so many. */
  readonly quota: number
  /** Whether it counts by time, and is left out where the data have no timestamps. */
  readonly needsTimes?: boolean
}

/** Every source by name; the first one orders what nobody proposed. docs/guide/09-two-stages.md has what each finds. */
export const sources: Readonly<Record<string, Source>> = {
  als: { model: 'als', options: { factors: 64, regularization: 10, alpha: 5 }, quota: 40 },
  transitions: { model: 'transitions', options: {}, quota: 80 },
  next: { model: 'transitions', options: { window: 3, normalisation: 0.5, neighbours: 200, lastItems: 5, decay: 0.5 }, quota: 20 },
  neighbours: { model: 'neighbours', options: { lastItems: 12 }, quota: 80 },
  slim: { model: 'slim', options: {}, quota: 20 },
  popular: { model: 'popularity', options: {}, quota: 10 },
  recent: { model: 'popularity', options: { halfLife: 30 }, quota: 20, needsTimes: true },
}
