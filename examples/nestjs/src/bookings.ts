import { HedgerowService } from '@hedgerow/nestjs'
import { Injectable } from '@nestjs/common'

/** Seats that are taken, in memory: for this example alone. */
@Injectable()
export class Bookings {
  readonly #taken = new Map<string, Set<string>>()

  constructor(private readonly hedgerow: HedgerowService) {}

  /**
   * Takes a seat for the visitor, whatever they have come by: the event is theirs.
   *
   * @returns false when somebody sits there already.
   */
  take(film: string, seat: string): boolean {
    const taken = this.#taken.get(film) ?? new Set()
    if (taken.has(seat)) return false
    this.#taken.set(film, taken.add(seat))
    this.hedgerow.capture('seat taken', { film, seat })
    return true
  }

  taken(film: string): string[] {
    return [...(this.#taken.get(film) ?? [])].sort()
  }
}
