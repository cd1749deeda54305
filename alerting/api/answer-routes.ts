import { AlarmViewSchema } from '../../contracts/api.ts'
import { AnswerCodeSchema, AnswerSchema, AnswerViewSchema } from '../../contracts/notify/api.ts'
import { refuseFacility } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers } from './routes.ts'

const tags = ['notification']

/** What a link in a message leads to. Looking acknowledges nothing: programs follow links too. */
export function answerRoutes(app: Api, ports: ApiPorts): void {
  app.post(
    '/answers/look',
    {
      config: { access: 'open' },
      schema: {
        summary: 'The alarm that a message was about, for whoever has its link',
        tags,
        body: AnswerCodeSchema,
        response: answers(AnswerViewSchema),
      },
    },
    (request) => ports.answers.look(request.body.code),
  )
  app.post(
    '/answers',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Acknowledge by the link of a message, once, as whom it was sent to',
        tags,
        body: AnswerSchema,
        response: answers(AlarmViewSchema),
      },
    },
    async (request) => {
      const { code, comment } = request.body
      const { facility } = await ports.answers.look(code)
      refuseFacility(request.principal, facility)
      return ports.answers.answer(code, request.principal, comment)
    },
  )
}
