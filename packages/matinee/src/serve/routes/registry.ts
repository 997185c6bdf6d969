// All routes by their operation's name. A new one is one entry in a file of this folder and one line here.
import { reload, retrain, rollback, status } from './admin.ts'
import { feedback, undoFeedback } from './feedback.ts'
import { healthz, metrics, readyz } from './health.ts'
import { item, items, patchItem } from './items.ts'
import { list, putList } from './lists.ts'
import { model } from './model.ts'
import { recommend, recommendForHistory } from './recommend.ts'
import type { Route } from './route.ts'
import { similar } from './similar.ts'
import { eraseUser, userHistory } from './users.ts'

export const routes = {
  recommend, recommendForHistory, similar, items, item, patchItem, userHistory, eraseUser, model, feedback, undoFeedback, list, putList,
  retrain, reload, rollback, status, healthz, readyz, metrics,
} satisfies Record<string, Route>
