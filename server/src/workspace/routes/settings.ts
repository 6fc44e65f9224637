import type { Api } from '../../platform/api.ts'
import type { Deps } from '../../platform/deps.ts'
import { type AuditRow, listAudit } from '../audit.ts'
import { listLabels, putLabel } from '../labels.ts'
import { pageOf, readNumberCursor } from '../paging.ts'
import {
  AuditPage,
  AuditQuery,
  LabelBody,
  LabelPage,
  WorkspaceBody,
  WorkspaceView,
} from '../schema.ts'
import { type ChangeSettings, changeWorkspace } from '../settings.ts'

/** The workspace itself, the names that people gave to data, and who did what. */
export function settingsRoutes(app: Api, deps: Deps & { changeSettings: ChangeSettings }): void {
  app.patch(
    '/api/v1/workspace',
    {
      config: { permission: 'workspace:write' },
      schema: { tags: ['workspace'], body: WorkspaceBody, response: { 200: WorkspaceView } },
    },
    async (request) => {
      const { id, name, timeZone } = await changeWorkspace(deps, request.actor, request.body)
      return { id, name, timeZone }
    },
  )
  app.get(
    '/api/v1/labels',
    {
      config: { permission: 'labels:read' },
      schema: { tags: ['labels'], response: { 200: LabelPage } },
    },
    async (request) => ({
      data: await listLabels(deps.postgres, request.actor.workspace),
      next: null,
    }),
  )
  app.put(
    '/api/v1/labels',
    {
      config: { permission: 'labels:write' },
      schema: { tags: ['labels'], body: LabelBody, response: { 200: LabelBody } },
    },
    async (request) => {
      await putLabel(deps, request.actor, request.body)
      return request.body
    },
  )
  app.get(
    '/api/v1/audit',
    {
      config: { permission: 'audit:read' },
      schema: { tags: ['audit'], querystring: AuditQuery, response: { 200: AuditPage } },
    },
    async (request) => {
      const { cursor, limit, action, actor } = request.query
      const rows = await listAudit(deps.postgres, {
        workspace: request.actor.workspace,
        action: action ?? null,
        actor: actor ?? null,
        before: readNumberCursor(cursor),
        limit: limit + 1,
      })
      const page = pageOf(rows, limit)
      return { data: page.rows.map(auditView), next: page.next }
    },
  )
}

function auditView(row: AuditRow) {
  const { id, action, subject, detail } = row
  const actor = { kind: row.actor_kind, name: row.actor_name }
  return { id, at: row.at.toISOString(), actor, action, subject, detail }
}
