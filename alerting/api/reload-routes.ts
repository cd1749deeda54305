import Type from 'typebox'
import { ReloadSchema } from '../../contracts/reload-api.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed } from './routes.ts'

/** Facility files that have changed are taken without a restart. */
export function reloadRoutes(app: Api, { config }: ApiPorts): void {
  app.post(
    '/api/v1/reload',
    {
      config: { access: 'admin', isWide: true },
      schema: {
        summary: 'Read the facility files again; all is taken, or nothing and every problem told',
        tags: ['system'],
        body: Type.Object({}, closed),
        response: answers(ReloadSchema),
      },
    },
    async () => config.reload(),
  )
}
