import { DistinctId, RequireFlag } from '@hedgerow/nestjs'
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { Bookings } from './bookings.ts'
import { Programme } from './programme.ts'

/** A choice on the seat map, as a browser sends it. */
interface Choice {
  readonly film: string
  readonly seat: string
}

/** The seat map of a film, over a WebSocket. */
@WebSocketGateway({ path: '/seat-map' })
export class SeatMapGateway {
  constructor(
    private readonly programme: Programme,
    private readonly bookings: Bookings,
  ) {}

  @SubscribeMessage('take')
  @RequireFlag('seat-map')
  take(@MessageBody() { film, seat }: Choice, @DistinctId() visitor: string) {
    const { id } = this.programme.film(film)
    const isYours = this.bookings.take(id, seat)
    return { event: 'seats', data: { visitor, isYours, taken: this.bookings.taken(id) } }
  }
}
