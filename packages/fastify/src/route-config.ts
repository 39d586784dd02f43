import { ConfigError, type FlagKey } from '@hedgerow/core'
import { createGate, type FlagGateOptions, type Gate } from './flag-gate.ts'

/** What a route's config says of its flag: the options of `requireFlag`, with the key beside them. */
type FlagConfig = { [Key in FlagKey]: Omit<FlagGateOptions<Key>, 'name'> & { readonly flag: Key } }[FlagKey]

/** A route without a flag has no options of one. */
interface NoFlagConfig {
  readonly flag?: undefined
  readonly variant?: undefined
  readonly whenUnknown?: undefined
  readonly otherwise?: undefined
}

/**
 * What a route's `config.hedgerow` says.
 *
 * @example
 * app.get('/beta', { config: { hedgerow: { flag: 'beta', otherwise: 'forbidden' } } }, beta)
 */
export type HedgerowRouteConfig = (FlagConfig | NoFlagConfig) & {
  /** Whether every request of this route, or none, counts as a pageview. @default decided by request and response */
  readonly pageview?: boolean | undefined
  /** False: neither pageviews nor errors of the route are captured by themselves; what its handler captures is sent. @default true */
  readonly capture?: boolean | undefined
}

/** A route's config after its checks. */
export interface RoutePolicy {
  readonly gate: Gate | undefined
  readonly pageview: boolean | undefined
  readonly capture: boolean
}

const known = ['flag', 'variant', 'whenUnknown', 'otherwise', 'pageview', 'capture']
const ordinary: RoutePolicy = { gate: undefined, pageview: undefined, capture: true }

/** Reads the configs of routes that stand under one name, each once. */
export class RoutePolicies {
  readonly #name: string
  readonly #policies = new WeakMap<object, RoutePolicy>()

  constructor(name: string) {
    this.#name = name
  }

  /**
   * @param config a route's config, as Fastify has it.
   * @param route how the route is called in an error.
   * @returns undefined when the route is switched off.
   * @throws ConfigError for a config that cannot work.
   */
  of(config: object | undefined, route: () => string): RoutePolicy | undefined {
    const given: unknown = config && Reflect.get(config, this.#name)
    if (given === undefined) return ordinary
    if (given === false) return undefined
    const owner = () => `config.${this.#name} of route ${route()}`
    if (typeof given !== 'object' || given === null)
      throw new ConfigError(`${owner()} must be an object, or false to switch Hedgerow off for the route`)
    const read = this.#policies.get(given) ?? policyFrom(given, owner())
    this.#policies.set(given, read)
    return read
  }
}

function policyFrom(given: object, owner: string): RoutePolicy {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new ConfigError(`${owner} has an unknown member ${unknown}; it may have ${known.join(', ')}`)
  // What the types promise, plain JavaScript may break: the gate checks its options, and what is left is checked here.
  const { flag, pageview, capture = true, ...options } = given as HedgerowRouteConfig
  for (const [name, value] of Object.entries({ pageview, capture })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new ConfigError(`${owner} needs true or false as its ${name}`)
  }
  if (flag === undefined && Object.keys(options).length > 0)
    throw new ConfigError(`${owner} has options of a flag without one; name it in flag`)
  return {
    gate: flag === undefined ? undefined : createGate<FlagKey>(owner, flag, options),
    pageview: capture ? pageview : false,
    capture,
  }
}
