import { type ClientHealth, ConfigError, type Hedgerow } from '@hedgerow/core'
import { Inject, Injectable } from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus'
import { getHedgerowToken } from './hedgerow.tokens.ts'

const problems = [
  'definitions-loading',
  'definitions-failed',
  'definitions-stale',
  'remote-flags-unavailable',
  'host-unreachable',
] as const

/**
 * What a health check finds. `definitions-…`: the flag definitions of this process are not there yet, could not be loaded, or
 * are older than they should be; `remote-flags-unavailable`: requests take defaults, because PostHog failed to evaluate
 * flags several times in a row; `host-unreachable`: events wait in memory.
 */
export type HealthProblem = (typeof problems)[number]

/** Options of a health check. */
export interface HealthCheckOptions {
  /** Of the client, where there are several. @default 'hedgerow' */
  readonly name?: string | undefined
  /**
   * Problems that fail the check. The others make it `degraded` in Terminus 12, and are listed in its details in Terminus 11.
   * @default ['definitions-loading']
   */
  readonly downWhen?: readonly HealthProblem[] | undefined
}

/**
 * Says in a health check of Terminus how a client gets on with PostHog, without asking anybody. By default an application
 * is down until its first load of flag definitions has ended, well or not: an outage of PostHog is not one of the application.
 *
 * @example
 * \@Get('ready') \@HealthCheck() ready() {
 *   return this.health.check([() => this.hedgerow.isHealthy()])
 * }
 */
@Injectable()
export class HedgerowHealthIndicator {
  readonly #modules: ModuleRef
  readonly #indicators: HealthIndicatorService

  constructor(
    @Inject(ModuleRef) modules: ModuleRef,
    @Inject(HealthIndicatorService) indicators: HealthIndicatorService,
  ) {
    this.#modules = modules
    this.#indicators = indicators
  }

  /**
   * @param key of the result in the answer of the check. @default 'hedgerow'
   * @throws ConfigError for a client that is not there, and for a problem that is none.
   */
  isHealthy<const Key extends string = 'hedgerow'>(
    // Left out, it is what its type says by default.
    key: Key = 'hedgerow' as Key,
    { name, downWhen = ['definitions-loading'] }: HealthCheckOptions = {},
  ): HealthIndicatorResult<Key> {
    checkProblems(downWhen)
    const client = this.#client(name)
    const health = client.health()
    const { pending, pendingBytes, dropped } = client.stats()
    const found = problemsOf(health)
    const details = { ...health, pending, pendingBytes, dropped, problems: found }
    const indicator = this.#indicators.check(key)
    if (found.some((problem) => downWhen.includes(problem))) return indicator.down(details)
    return found.length > 0 && 'degraded' in indicator ? indicator.degraded(details) : indicator.up(details)
  }

  #client(name: string | undefined): Hedgerow {
    try {
      return this.#modules.get<Hedgerow>(getHedgerowToken(name), { strict: false })
    } catch (cause) {
      throw new ConfigError(
        `HedgerowHealthIndicator found no client called ${name ?? 'hedgerow'}; import HedgerowModule with that name`,
        { cause },
      )
    }
  }
}

function problemsOf({ host, definitions, remoteFlags }: ClientHealth): HealthProblem[] {
  const found: HealthProblem[] = []
  if (definitions !== undefined && definitions !== 'ready') found.push(`definitions-${definitions}`)
  if (remoteFlags === 'unavailable') found.push('remote-flags-unavailable')
  if (host === 'unreachable') found.push('host-unreachable')
  return found
}

function checkProblems(downWhen: readonly HealthProblem[]): void {
  for (const problem of downWhen) {
    if (problems.includes(problem)) continue
    throw new ConfigError(`downWhen must list problems of ${problems.join(', ')}, got ${problem}`)
  }
}
