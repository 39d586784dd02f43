/** Calls a member of the client or the scope by its name, or reads it. */
type Use = (name: string, ...given: unknown[]) => unknown

/** How the suite uses one public member, and whether PostHog hears of it from a visitor who agrees. */
export interface ConsentCall {
  readonly sends: boolean
  readonly run: (use: Use) => unknown
}

const sends = (run: ConsentCall['run']): ConsentCall => ({ sends: true, run })
const keepsQuiet = (run: ConsentCall['run']): ConsentCall => ({ sends: false, run })

const somebody = { distinctId: 'somebody_else' }
const response = {
  status: 200,
  route: '/',
  contentType: 'text/html',
  contentDisposition: undefined,
  completed: true,
  headersAt: 1_718_454_645_123,
}

/** One use of each public member of a client, with an explicit id wherever one can be given. */
export const clientCalls: Readonly<Record<string, ConsentCall>> = {
  capture: sends((use) => {
    use('capture', { event: 'of the visitor' })
    use('capture', { ...somebody, event: 'of somebody', sendFeatureFlags: true })
  }),
  captureImmediate: sends((use) => use('captureImmediate', { ...somebody, event: 'at once' })),
  identify: sends((use) => use('identify', { ...somebody, properties: { plan: 'pro' } })),
  identifyImmediate: sends((use) => use('identifyImmediate', somebody)),
  alias: sends((use) => use('alias', { ...somebody, alias: 'somebody_before' })),
  aliasImmediate: sends((use) => use('aliasImmediate', { ...somebody, alias: 'somebody_before' })),
  groupIdentify: sends((use) => use('groupIdentify', { groupType: 'company', groupKey: 'acme' })),
  groupIdentifyImmediate: sends((use) =>
    use('groupIdentifyImmediate', { groupType: 'company', groupKey: 'acme' }),
  ),
  setPersonProperties: sends((use) =>
    use('setPersonProperties', { ...somebody, properties: { plan: 'pro' } }),
  ),
  unsetPersonProperties: sends((use) =>
    use('unsetPersonProperties', { ...somebody, propertyKeys: ['plan'], properties: ['plan'] }),
  ),
  captureException: sends((use) => use('captureException', new Error('of somebody'), 'somebody_else')),
  captureExceptionImmediate: sends((use) =>
    use('captureExceptionImmediate', new Error('of somebody'), 'somebody_else'),
  ),
  getFeatureFlag: sends((use) => use('getFeatureFlag', 'hero', 'somebody_else')),
  isFeatureEnabled: sends((use) => use('isFeatureEnabled', 'hero', 'somebody_else')),
  getFeatureFlagResult: sends((use) => use('getFeatureFlagResult', 'hero')),
  getFeatureFlagPayload: sends((use) => use('getFeatureFlagPayload', 'hero', 'somebody_else')),
  getAllFlags: sends((use) => use('getAllFlags', 'somebody_else', { onlyEvaluateLocally: false })),
  getAllFlagsAndPayloads: sends((use) => use('getAllFlagsAndPayloads', 'somebody_else')),
  evaluateFlags: sends((use) => use('evaluateFlags', 'somebody_else', { onlyEvaluateLocally: false })),
  withContext: sends((use) => {
    const capture = () => use('capture', { event: 'in a context of its own' })
    return use('withContext', somebody, capture, { fresh: true })
  }),
  scope: keepsQuiet((use) => use('scope')),
  enterContext: keepsQuiet((use) => use('enterContext', somebody)),
  getContext: keepsQuiet((use) => use('getContext')),
  register: keepsQuiet((use) => use('register', { shop: 'north' })),
  unregister: keepsQuiet((use) => use('unregister', 'shop')),
  enable: keepsQuiet((use) => use('enable')),
  disable: keepsQuiet(async (use) => {
    await use('disable')
    await use('enable')
  }),
  requestLayer: keepsQuiet((use) => use('requestLayer')),
  ingestProxy: keepsQuiet((use) => use('ingestProxy')),
  on: keepsQuiet((use) => use('on', 'capture', () => {})),
  debug: keepsQuiet((use) => use('debug')),
  stats: keepsQuiet((use) => use('stats')),
  health: keepsQuiet((use) => use('health')),
  flush: keepsQuiet((use) => use('flush')),
  shutdown: keepsQuiet((use) => use('shutdown', 100)),
  overrideFeatureFlags: keepsQuiet((use) => use('overrideFeatureFlags', false)),
  // They are about the project alone; without a secret key there is nothing to ask for.
  getRemoteConfigPayload: keepsQuiet((use) => refused(use('getRemoteConfigPayload', 'config'))),
  reloadFeatureFlags: keepsQuiet((use) => use('reloadFeatureFlags')),
  isLocalEvaluationReady: keepsQuiet((use) => use('isLocalEvaluationReady')),
  waitForLocalEvaluationReady: keepsQuiet((use) => use('waitForLocalEvaluationReady', 1)),
  getLibraryId: keepsQuiet((use) => use('getLibraryId')),
  getLibraryVersion: keepsQuiet((use) => use('getLibraryVersion')),
}

/** One use of each public member of a scope, in a request whose response is a 500. */
export const scopeCalls: Readonly<Record<string, ConsentCall>> = {
  capture: sends((use) => use('capture', 'of the visitor')),
  identify: sends((use) => use('identify', 'user_1', { set: { plan: 'pro' } })),
  alias: sends(async (use) => {
    await use('identify', 'user_1')
    use('alias', { alias: 'user_1_before' })
  }),
  group: sends((use) => use('group', 'company', 'acme', { plan: 'pro' })),
  captureException: sends((use) => use('captureException', new Error('of the visitor'))),
  observe: sends((use) => use('observe', new Error('of the request'))),
  fail: sends((use) => use('fail', new Error('of a part of the request'))),
  flags: sends(async (use) => {
    const flags = use('flags') as { load(): Promise<{ getFlag(key: string): unknown }> }
    return (await flags.load()).getFlag('hero')
  }),
  run: keepsQuiet((use) => use('run', () => {})),
  logout: keepsQuiet((use) => use('logout')),
  setConsent: keepsQuiet((use) => use('setConsent', 'denied')),
  eventOf: keepsQuiet((use) => use('eventOf', { event: 'never queued', properties: {} })),
  bootstrap: keepsQuiet((use) => use('bootstrap')),
  bootstrapScript: keepsQuiet((use) => use('bootstrapScript')),
  end: keepsQuiet((use) => use('end', response)),
  abort: keepsQuiet((use) => use('abort')),
  toJSON: keepsQuiet((use) => use('toJSON')),
  ready: keepsQuiet((use) => use('ready')),
  distinctId: keepsQuiet((use) => use('distinctId')),
  identitySource: keepsQuiet((use) => use('identitySource')),
  isIdentified: keepsQuiet((use) => use('isIdentified')),
  sessionId: keepsQuiet((use) => use('sessionId')),
  consent: keepsQuiet((use) => use('consent')),
  hasConsent: keepsQuiet((use) => use('hasConsent')),
  flagSubject: keepsQuiet((use) => use('flagSubject')),
  properties: keepsQuiet((use) => use('properties')),
  urlRules: keepsQuiet((use) => use('urlRules')),
}

/** The public methods and getters of an object, its class's and those of the classes that this extends. */
export function membersOf(target: object): string[] {
  const names = new Set<string>()
  let at: unknown = Object.getPrototypeOf(target)
  while (typeof at === 'object' && at !== null && at !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== 'constructor') names.add(name)
    at = Object.getPrototypeOf(at)
  }
  return [...names].toSorted()
}

/** Uses members of an object by their names. */
export function useOf(target: object): Use {
  return (name, ...given) => {
    const member: unknown = Reflect.get(target, name)
    return typeof member === 'function' ? (Reflect.apply(member, target, given) as unknown) : member
  }
}

async function refused(call: unknown): Promise<void> {
  await Promise.resolve(call).catch(() => {})
}
