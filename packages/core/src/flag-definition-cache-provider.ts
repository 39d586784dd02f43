/** Flag definitions as a cache holds them: the body of PostHog's endpoint, and its camel-case copies. */
export interface FlagDefinitionCacheData {
  readonly flags: unknown
  readonly cohorts?: unknown
  readonly group_type_mapping?: unknown
  readonly groupTypeMapping?: unknown
  readonly minimal_flag_called_events?: unknown
  readonly minimalFlagCalledEvents?: unknown
  readonly property_matching_version?: unknown
  readonly propertyMatchingVersion?: unknown
}

/** Shares flag definitions between processes, so that one of them fetches for all. What throws is reported and costs nothing else. */
export interface FlagDefinitionCacheProvider {
  /** What is shared now; undefined when nothing is. */
  getFlagDefinitions(): FlagDefinitionCacheData | undefined | Promise<FlagDefinitionCacheData | undefined>
  /** Whether this process is the one to fetch, because it holds a lock for instance. */
  shouldFetchFlagDefinitions(): boolean | Promise<boolean>
  /** Shares what was fetched. */
  onFlagDefinitionsReceived(data: FlagDefinitionCacheData): void | Promise<void>
  /** Gives the lock back. */
  shutdown(): void | Promise<void>
}
