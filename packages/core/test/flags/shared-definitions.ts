import type {
  FlagDefinitionCacheData,
  FlagDefinitionCacheProvider,
} from '../../src/flag-definition-cache-provider.ts'
import type { ClientOptions } from '../../src/options.ts'
import { createPoller, type PollerSetup } from './definition-setup.ts'

/** A provider that the test sets, and that notes how it is called. */
export class Shared implements FlagDefinitionCacheProvider {
  readonly asked: string[] = []
  readonly published: FlagDefinitionCacheData[] = []
  data: FlagDefinitionCacheData | undefined
  fetches = false

  getFlagDefinitions(): ReturnType<FlagDefinitionCacheProvider['getFlagDefinitions']> {
    this.asked.push('get')
    return this.data
  }

  shouldFetchFlagDefinitions(): boolean | Promise<boolean> {
    this.asked.push('should')
    return this.fetches
  }

  onFlagDefinitionsReceived(data: FlagDefinitionCacheData): void | Promise<void> {
    this.asked.push('publish')
    this.published.push(data)
  }

  shutdown(): void | Promise<void> {
    this.asked.push('shutdown')
  }
}

/** A poller that shares its definitions, and loads only when the test says so. */
export function withProvider(shared: FlagDefinitionCacheProvider, options: ClientOptions = {}): PollerSetup {
  return createPoller({ flagDefinitionCacheProvider: shared, featureFlagsPollingInterval: null, ...options })
}
