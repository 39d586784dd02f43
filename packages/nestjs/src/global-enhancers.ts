import type { CanActivate, NestInterceptor } from '@nestjs/common'
import type { ModuleRef, NestContainer } from '@nestjs/core'

/**
 * Makes a guard the first and an interceptor the outermost of an application, if called while its modules are created.
 *
 * `APP_GUARD` and `APP_INTERCEPTOR` put those of the root module before those of what it imports, so a global guard of the
 * application would see a message that has no scope yet. They are added to the application's configuration once all
 * modules are created; a module that is being created is there earlier, though nothing injects that configuration.
 */
export function putFirst(
  moduleRef: ModuleRef,
  { guard, interceptor }: { guard: CanActivate; interceptor: NestInterceptor },
): void {
  const { applicationConfig } = Reflect.get(moduleRef, 'container') as NestContainer // protected
  applicationConfig?.addGlobalGuard(guard)
  applicationConfig?.addGlobalInterceptor(interceptor)
}
