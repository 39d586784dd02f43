import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  ConflictException,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Inject,
  type NestInterceptor,
  type PipeTransform,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common'
import { Mutation, Query, Resolver, Subscription } from '@nestjs/graphql'
import { EventPattern, MessagePattern } from '@nestjs/microservices'
import { throwError } from 'rxjs'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import {
  Capture,
  CurrentScope,
  DistinctId,
  Flag,
  type FlagValue,
  HedgerowService,
  RequireFlag,
  type RequestScope,
  scopeOf,
} from '../../src/index.ts'

/** What a test asks a handler for; each is a handler on every transport. */
export const actions = [
  ...([
    'open',
    'login',
    'counted',
    'guardSees',
    'flag',
    'allowed',
    'denied',
    'forbidden',
    'redirected',
  ] as const),
  ...(['guardFails', 'pipeFails', 'interceptorFails', 'handlerFails', 'filtered', 'expected'] as const),
] as const
export type Action = (typeof actions)[number]

class FailingGuard implements CanActivate {
  canActivate(): never {
    throw new Error('the guard failed')
  }
}

class SeeingGuard implements CanActivate {
  canActivate(context: ExecutionContext): never {
    throw new Error(`the guard sees ${scopeOf(context)?.distinctId}`)
  }
}

class FailingPipe implements PipeTransform {
  transform(): never {
    throw new Error('the pipe failed')
  }
}

class FailingInterceptor implements NestInterceptor {
  intercept(): never {
    throw new Error('the interceptor failed')
  }
}

/** An application's own answer, in the way of each transport. */
@Catch()
class AnsweringFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): unknown {
    const answer = { message: 'answered by a filter' }
    switch (host.getType<string>()) {
      case 'http':
        return host.switchToHttp().getResponse<Response>().status(500).send(answer)
      case 'ws':
        return tell(host.switchToWs().getClient<Client>(), answer)
      case 'rpc':
        return throwError(() => answer)
      default:
        return new Error(answer.message)
    }
  }
}

interface Response {
  status(code: number): { send(answer: object): void }
}

/** Of ws, or of socket.io. */
interface Client {
  readonly readyState?: number
  send(text: string): void
  emit(event: string, data: object): void
}

function tell(client: Client, data: object): void {
  if (client.readyState === undefined) client.emit('exception', data)
  else client.send(JSON.stringify({ event: 'exception', data }))
}

/** How a transport's handlers are declared, and how they answer. */
interface Declaration {
  readonly on: ClassDecorator
  handler(action: Action): MethodDecorator
  /** What a handler returns for a text. */
  answer(action: Action, text: string): unknown
}

/** One handler of a transport for every action. */
function handlersFor({ on, handler, answer }: Declaration): Type {
  @on
  class Handlers {
    @Inject(HedgerowService) private readonly hedgerow!: HedgerowService

    @handler('open')
    open(@DistinctId() id: string, @CurrentScope() scope: RequestScope) {
      scope.capture('opened')
      return answer('open', id)
    }
    @handler('login')
    async login(@CurrentScope() scope: RequestScope) {
      await scope.identify('user_2')
      scope.capture('opened')
      return answer('login', scope.distinctId)
    }
    @handler('counted')
    @Capture('counted', (_, context) => ({ transport: context.getType() }))
    counted() {
      this.hedgerow.capture('by the service')
      return answer('counted', this.hedgerow.distinctId ?? 'nobody')
    }
    @handler('guardSees')
    @UseGuards(SeeingGuard)
    guardSees() {}

    @handler('flag')
    flag(@Flag('colour') colour: FlagValue) {
      return answer('flag', String(colour))
    }
    @handler('allowed')
    @RequireFlag('on')
    allowed(@CurrentScope() scope: RequestScope) {
      scope.capture('opened')
      return answer('allowed', 'welcome')
    }
    @handler('denied')
    @RequireFlag('off')
    denied(@CurrentScope() scope: RequestScope) {
      scope.capture('opened')
    }
    @handler('forbidden')
    @RequireFlag('off', { otherwise: 'forbidden' })
    forbidden(@CurrentScope() scope: RequestScope) {
      scope.capture('opened')
    }
    @handler('redirected')
    @RequireFlag('off', { otherwise: { redirect: '/elsewhere' } })
    redirected(@CurrentScope() scope: RequestScope) {
      scope.capture('opened')
    }
    @handler('guardFails')
    @UseGuards(FailingGuard)
    guardFails() {}

    @handler('pipeFails')
    @UsePipes(FailingPipe)
    pipeFails(@DistinctId() _id: string) {}

    @handler('interceptorFails')
    @UseInterceptors(FailingInterceptor)
    interceptorFails() {}

    @handler('filtered')
    @UseFilters(AnsweringFilter)
    filtered() {
      throw new Error('the handler failed')
    }
    @handler('expected')
    expected() {
      throw new ConflictException('taken')
    }
    @handler('handlerFails')
    async handlerFails() {
      await Promise.resolve()
      throw new Error('the handler failed')
    }
  }
  return Handlers
}

const text = (_action: Action, value: string) => value

async function* once(action: Action, value: string) {
  yield await Promise.resolve({ [action]: value })
}

/** Handlers of all transports. */
export function allHandlers() {
  return {
    controllers: [
      handlersFor({ on: Controller('rest'), handler: (action) => Get(action), answer: text }),
      handlersFor({ on: Controller(), handler: (action) => MessagePattern(action), answer: text }),
      handlersFor({
        on: Controller(),
        handler: (action) => EventPattern(`event ${action}`) as MethodDecorator,
        answer: text,
      }),
    ],
    providers: [
      handlersFor({ on: Resolver(), handler: (action) => Query(action), answer: text }),
      handlersFor({ on: Resolver(), handler: (action) => Mutation(action), answer: text }),
      handlersFor({ on: Resolver(), handler: (action) => Subscription(action), answer: once }),
      handlersFor({
        on: WebSocketGateway(),
        handler: (action) => SubscribeMessage(action),
        answer: (_action, value) => ({ event: 'answer', data: value }),
      }),
    ],
  }
}

const fields = actions.map((action) => `${action}(payload: Payload): String`).join('\n')

/** The schema of the resolvers above. */
export const typeDefs = `
  scalar Payload
  type Query { ${fields} }
  type Mutation { ${fields} }
  type Subscription { ${fields} }
`
