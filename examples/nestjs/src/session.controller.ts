import { CurrentScope, type RequestScope } from '@hedgerow/nestjs'
import { BadRequestException, Body, Controller, Get, Post } from '@nestjs/common'
import { Members } from './members.ts'

/** Signing in, by name and without a password. */
@Controller({ path: 'session', version: '1' })
export class SessionController {
  constructor(private readonly members: Members) {}

  @Post()
  async signIn(@Body('name') name: unknown, @CurrentScope() scope: RequestScope): Promise<{ token: string }> {
    if (typeof name !== 'string' || !/^[\w-]{1,40}$/.test(name)) throw new BadRequestException('a name')
    await scope.identify(`member_${name}`, { set: { name } })
    return { token: this.members.tokenFor(name) }
  }

  @Get()
  whoAmI(@CurrentScope() scope: RequestScope): { id: string; knownFrom: string } {
    return { id: scope.distinctId, knownFrom: scope.identitySource }
  }
}
