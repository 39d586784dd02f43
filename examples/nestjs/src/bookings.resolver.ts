import { RequireFlag } from '@hedgerow/nestjs'
import { ConflictException } from '@nestjs/common'
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql'
import { Bookings } from './bookings.ts'
import { Film } from './film.ts'
import { Programme } from './programme.ts'

/** The cinema in GraphQL. */
@Resolver()
export class BookingsResolver {
  constructor(
    private readonly programme: Programme,
    private readonly bookings: Bookings,
  ) {}

  @Query(() => [Film])
  films(): readonly Film[] {
    return this.programme.films
  }

  @Query(() => [Film])
  @RequireFlag('previews')
  previews(): readonly Film[] {
    return this.programme.previews
  }

  @Mutation(() => [String], { description: 'Takes a seat, and gives all that are taken' })
  takeSeat(
    @Args('film', { type: () => ID }) film: string,
    @Args('seat', { type: () => String }) seat: string,
  ): string[] {
    const { id } = this.programme.film(film)
    if (!this.bookings.take(id, seat)) throw new ConflictException(`seat ${seat} is taken`)
    return this.bookings.taken(id)
  }
}
