import {
  type CanActivate,
  Controller,
  createParamDecorator,
  Get,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type NestModule,
  type PipeTransform,
  Query,
  Scope,
  Inject,
  UseFilters,
  UseGuards,
  UseInterceptors,
  Catch,
} from '@nestjs/common'
import { REQUEST } from '@nestjs/core'
import { mergeMap, of, throwError } from 'rxjs'

function fail(stage: string): never {
  throw new Error(`failed at ${stage}`)
}

class FailingGuard implements CanActivate {
  canActivate(): never {
    return fail('guard')
  }
}
class RejectingGuard implements CanActivate {
  async canActivate(): Promise<never> {
    await Promise.resolve()
    return fail('async-guard')
  }
}
class FailingInterceptor implements NestInterceptor {
  intercept(): never {
    return fail('interceptor')
  }
}
class FailingPipe implements PipeTransform {
  transform(): never {
    return fail('pipe')
  }
}
@Catch()
class FailingFilter {
  catch(): never {
    return fail('filter')
  }
}
const FailingParameter = createParamDecorator(() => fail('parameter'))

@Injectable({ scope: Scope.REQUEST })
class FailingProvider {
  constructor(@Inject(REQUEST) _request: unknown) {
    fail('provider')
  }
}

@Controller()
class FailingPages {
  @Get('middleware') middleware() {}
  @Get('guard') @UseGuards(FailingGuard) guard() {}
  @Get('async-guard') @UseGuards(RejectingGuard) asyncGuard() {}
  @Get('interceptor') @UseInterceptors(FailingInterceptor) interceptor() {}
  @Get('pipe') pipe(@Query('q', FailingPipe) _q: string) {}
  @Get('parameter') parameter(@FailingParameter() _value: never) {}
  @Get('handler') handler() {
    fail('handler')
  }
  @Get('async-handler') async asyncHandler() {
    await Promise.resolve()
    fail('async-handler')
  }
  @Get('stream') stream() {
    return of(1).pipe(mergeMap(() => throwError(() => new Error('failed at stream'))))
  }
}

@Controller('filter')
@UseFilters(FailingFilter)
class FailingFilterPages {
  @Get() filter() {
    throw new BadInput()
  }
}

@Controller('provider')
class FailingProviderPages {
  @Inject(FailingProvider) readonly provider!: FailingProvider

  @Get() provided() {}
}

/** What a visitor did wrong. */
class BadInput extends Error {
  readonly status = 400
}

/** Each of the pages fails at the stage that its path names. */
@Module({
  controllers: [FailingPages, FailingFilterPages, FailingProviderPages],
  providers: [FailingProvider],
})
export class FailingModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(() => fail('middleware')).forRoutes('middleware')
  }
}

/** Where a page fails. */
export const stages = [
  ...['middleware', 'guard', 'async-guard', 'interceptor', 'pipe', 'parameter', 'handler'],
  ...['async-handler', 'stream', 'provider'],
] as const
