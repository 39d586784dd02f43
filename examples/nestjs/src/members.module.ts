import { Module } from '@nestjs/common'
import { Members } from './members.ts'

/** Who is a member, for every module that asks. */
@Module({ providers: [Members], exports: [Members] })
export class MembersModule {}
