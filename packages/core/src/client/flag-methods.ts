import type { FlagKey, FlagPayload, FlagVariant } from '../flag-registry.ts'
import type { FlagSnapshot, FlagValue } from '../flag-snapshot.ts'
import type { AllFlagsOptions, FlagCallOptions } from '../flags/flag-call-options.ts'
import type { KnownFlag } from '../flags/flag-evaluator.ts'
import type { FlagOverridesInput } from '../flags/flag-overrides.ts'
import type { ClientFlags } from './client-flags.ts'
import type { FeatureFlagResult, FlagsAndPayloads } from './flag-client.ts'

const readyTimeoutMs = 30_000

/** The flag calls of a client. They neither throw nor reject, where nothing else is said; what cannot be decided is undefined. */
export abstract class FlagMethods {
  protected abstract readonly clientFlags: ClientFlags

  /** A flag's value, undefined when undecided. Counts as reading it: `$feature_flag_called` is sent, once per value. */
  getFeatureFlag<Key extends FlagKey>(
    key: Key,
    distinctId: string,
    options: FlagCallOptions = {},
  ): Promise<FlagVariant<Key> | undefined> {
    const flag = this.clientFlags.calls.flag(key, { method: 'getFeatureFlag', distinctId, options })
    // The registry promises which values the flag has; PostHog keeps the promise.
    return promised(flag, valueOf) as Promise<FlagVariant<Key> | undefined>
  }

  /** Whether a flag is on, with whatever variant; undefined when undecided. Counts as reading it. */
  isFeatureEnabled(
    key: FlagKey,
    distinctId: string,
    options: FlagCallOptions = {},
  ): Promise<boolean | undefined> {
    const flag = this.clientFlags.calls.flag(key, { method: 'isFeatureEnabled', distinctId, options })
    return promised(flag, isOn)
  }

  /** Value, payload and reason together; undefined when undecided. Counts as reading the flag. @param distinctId default: context or request */
  getFeatureFlagResult(
    key: FlagKey,
    distinctId?: string,
    options: FlagCallOptions = {},
  ): Promise<FeatureFlagResult | undefined> {
    const flag = this.clientFlags.calls.flag(key, { method: 'getFeatureFlagResult', distinctId, options })
    return promised(flag, publicResult)
  }

  /**
   * A flag's decoded payload: null when there is none, undefined when the flag is undecided. Does not count as reading it.
   *
   * @param matchValue asks for the payload of that value instead of the subject's own.
   */
  async getFeatureFlagPayload<Key extends FlagKey>(
    key: Key,
    distinctId: string,
    matchValue?: FlagVariant<Key>,
    options: FlagCallOptions = {},
  ): Promise<FlagPayload<Key> | null | undefined> {
    const call = { method: 'getFeatureFlagPayload', distinctId, options }
    const payload = await this.clientFlags.calls.payload(key, matchValue, call)
    return payload as FlagPayload<Key> | null | undefined
  }

  /** All decided flags by key. Does not count as reading them. @param distinctId default: context or request */
  getAllFlags(distinctId?: string, options: AllFlagsOptions = {}): Promise<Record<string, FlagValue>> {
    return this.clientFlags.calls.values({ method: 'getAllFlags', distinctId, options })
  }

  /** All decided flags and their payloads, as a browser SDK is started with. */
  getAllFlagsAndPayloads(distinctId?: string, options: AllFlagsOptions = {}): Promise<FlagsAndPayloads> {
    return this.clientFlags.calls.valuesAndPayloads({ method: 'getAllFlagsAndPayloads', distinctId, options })
  }

  /** One snapshot for many reads; each read counts. @param distinctId default: context or request */
  evaluateFlags(distinctId?: string, options: AllFlagsOptions = {}): Promise<FlagSnapshot> {
    return Promise.resolve(this.clientFlags.calls.snapshot({ method: 'evaluateFlags', distinctId, options }))
  }

  /** Sets values above every evaluation, for tests and development; `false` takes them back. */
  overrideFeatureFlags(overrides: FlagOverridesInput): void {
    this.clientFlags.overrides.set(overrides)
  }

  /** The decrypted payload of a remote config flag; undefined when PostHog does not give it. @throws ConfigError without a secret key */
  getRemoteConfigPayload(key: string): Promise<unknown> {
    return this.clientFlags.remoteConfig(key)
  }

  /** Loads the flag definitions now, joining a load under way; resolves after that one attempt. */
  async reloadFeatureFlags(): Promise<void> {
    await this.clientFlags.poller?.reload()
  }

  /** Whether at least one flag can be evaluated in this process. */
  isLocalEvaluationReady(): boolean {
    return (this.clientFlags.poller?.current?.set.size ?? 0) > 0
  }

  /** Waits until flags can be evaluated in this process. @returns false at the timeout, and without local evaluation */
  async waitForLocalEvaluationReady(timeoutMs: number = readyTimeoutMs): Promise<boolean> {
    return this.clientFlags.ready(timeoutMs)
  }
}

/** The only promise of a call whose flag is known at once. */
function promised<Answer>(
  flag: KnownFlag | Promise<KnownFlag>,
  answer: (flag: KnownFlag) => Answer,
): Promise<Answer> {
  return flag instanceof Promise ? flag.then(answer) : Promise.resolve(answer(flag))
}

function valueOf(flag: KnownFlag): FlagValue | undefined {
  return flag?.value
}

function isOn(flag: KnownFlag): boolean | undefined {
  return flag?.value === undefined ? undefined : flag.value !== false
}

function publicResult(flag: KnownFlag): FeatureFlagResult | undefined {
  if (flag?.value === undefined) return undefined
  const { key, value, payload, description, code } = flag
  return {
    key,
    enabled: value !== false,
    variant: typeof value === 'string' ? value : undefined,
    payload,
    reason: description,
    reasonCode: code,
  }
}
