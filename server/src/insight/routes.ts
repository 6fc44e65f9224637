import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import type { Log } from '../platform/log/log.ts'
import { Dossiers } from './document.ts'
import { eventRoutes } from './eventRoutes.ts'
import { healthRoutes } from './healthRoutes.ts'
import { identityRoutes } from './identityRoutes.ts'
import { measureRoutes } from './measureRoutes.ts'
import { objectRoutes } from './objectRoutes.ts'
import { overviewRoutes, sharedFlow } from './overviewRoutes.ts'
import { peopleRoutes } from './peopleRoutes.ts'
import { profileRoutes } from './profileRoutes.ts'
import { segmentInsightRoutes } from './segments/routes.ts'
import { whyRoutes } from './whyRoutes.ts'

/** Questions of the screens and of API clients. `log`: where decisions about identity enter. */
export function insightRoutes(app: Api, deps: Deps, { log }: { log: Pick<Log, 'append'> }): void {
  const dossiers = new Dossiers()
  peopleRoutes(app, deps)
  profileRoutes(app, deps, dossiers)
  whyRoutes(app, deps, dossiers)
  identityRoutes(app, deps, { dossiers, log })
  eventRoutes(app, deps, dossiers)
  objectRoutes(app, deps)
  const readFlow = sharedFlow(deps)
  overviewRoutes(app, deps, readFlow)
  healthRoutes(app, deps, readFlow)
  measureRoutes(app, deps)
  segmentInsightRoutes(app, deps)
}
