import type { EventMessage } from '../before-send.ts'
import type { PropertyLayer, PropertyLayers } from '../property-layers.ts'

/** An event of a scope before it is addressed: everything but the identity, which is the scope's. */
export type ScopeMessage = Omit<EventMessage, 'distinctId'>

/** An event of a scope on its way to the client. */
export interface ScopedEvent {
  readonly kind: 'capture' | 'identify' | 'alias'
  readonly message: EventMessage
  /** Properties shared by the events of a request; the same objects as long as they are the same. */
  readonly common: PropertyLayers
  /** Properties of the message beside `message.properties`, none of which `common` has. */
  readonly further?: PropertyLayer | undefined
}
