import { Field, ID, Int, ObjectType } from '@nestjs/graphql'

/** A film that the cinema shows. */
@ObjectType()
export class Film {
  @Field(() => ID)
  readonly id: string

  @Field(() => String)
  readonly title: string

  @Field(() => Int)
  readonly minutes: number

  constructor(id: string, title: string, minutes: number) {
    this.id = id
    this.title = title
    this.minutes = minutes
  }
}
