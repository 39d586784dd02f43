import type { DropReason, TransportError } from '../errors.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import type { ClaimedEvent } from '../store/event-store.ts'
import type { Library } from '../transport/endpoints.ts'
import type { HostHealth } from '../transport/host-health.ts'
import type { StopSignal } from '../transport/stop-signal.ts'
import type { DeliveryLedger } from './delivery-ledger.ts'

/** What became of one part of a batch. */
export type PartOutcome =
  | { readonly kind: 'sent'; readonly events: readonly ClaimedEvent[] }
  /** Nobody answered: the events stay queued. */
  | { readonly kind: 'kept'; readonly events: readonly ClaimedEvent[]; readonly error: TransportError }
  /** Given up, perhaps for more than one reason, and reported once. */
  | { readonly kind: 'lost'; readonly losses: readonly Loss[]; readonly error: TransportError }

/** Events given up for one reason. */
export interface Loss {
  readonly reason: DropReason
  readonly events: readonly ClaimedEvent[]
}

/** Sends batches by one of PostHog's capture protocols. */
export interface BatchSender {
  /** Events that the next batch may have, at most. */
  readonly batchSize: number
  /** Never rejects. `settle` hears of every event exactly once; a stopped signal settles the rest as kept. */
  deliver(
    events: readonly ClaimedEvent[],
    signal: StopSignal,
    settle: (outcome: PartOutcome) => void,
  ): Promise<void>
}

/** What every sender is made of. */
export interface SenderParts {
  readonly options: ResolvedOptions
  readonly runtime: Runtime
  readonly library: Library
  readonly ledger: DeliveryLedger
  readonly health: HostHealth
}
