const refuse = (): never => {
  throw new Error('refused')
}

/** Values that no generator of data comes up with, each made anew. */
export const oddities = {
  'a getter that throws': () => ({
    fine: 1,
    get broken() {
      return refuse()
    },
  }),
  'a getter that throws when read again': () => {
    let reads = 0
    return {
      get moody() {
        return reads++ > 0 ? refuse() : 1
      },
    }
  },
  'a getter that answers a BigInt when read again': () => {
    let reads = 0
    return {
      get moody() {
        return reads++ > 0 ? 1n : 1
      },
    }
  },
  'toJSON that throws': () => ({ toJSON: refuse }),
  'toJSON without an answer': () => ({ toJSON: () => undefined, $lib: 'own' }),
  'toJSON of a toJSON, with the library’s keys': () => ({
    toJSON: () => ({ a: 1, toJSON: () => ({ $lib: 'own', $geoip_disable: false, $groups: 1 }) }),
  }),
  'toJSON that answers itself': () => {
    const itself = { a: 1n, toJSON: () => itself }
    return itself
  },
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'a revoked proxy of a list': () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    return proxy
  },
  'a proxy that refuses everything': () =>
    new Proxy(
      {},
      {
        get: refuse,
        has: refuse,
        ownKeys: refuse,
        getPrototypeOf: refuse,
        getOwnPropertyDescriptor: refuse,
        set: refuse,
        defineProperty: refuse,
      },
    ),
  'a proxy whose members cannot be read': () => new Proxy({ a: 1, $lib: 'own' }, { get: refuse }),
  'a proxy with other keys each time': () => {
    let looks = 0
    const keys = ['a', 'b', '$lib', '$geoip_disable', '$groups']
    return new Proxy(
      {},
      {
        ownKeys: () => [keys[looks++ % keys.length] ?? 'a'],
        getOwnPropertyDescriptor: () => ({ value: looks, enumerable: true, configurable: true }),
        get: (_target, key) => (typeof key === 'string' && keys.includes(key) ? looks : undefined),
      },
    )
  },
  'a function that refuses everything': () => new Proxy(() => undefined, { get: refuse, apply: refuse }),
  'a cycle': () => {
    const cycle: Record<string, unknown> = { list: [1n] }
    cycle['self'] = [cycle, { cycle }]
    return cycle
  },
  'a function': () => () => undefined,
  'a symbol': () => Symbol('s'),
  'a text of 6,000 controls': () => '\u0001'.repeat(6000),
  'lone surrogates': () => ({ '\ud83e': '\udd94\ud83e', also: ['\\ud83e', '\udfff"\\'] }),
  'a lone surrogate': () => 'a\ud83e',
  'a __proto__ key': () => JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as unknown,
  depth: () => {
    let deep: unknown = 'bottom'
    for (let depth = 0; depth < 5000; depth += 1) deep = depth % 2 === 0 ? [deep] : { deep }
    return deep
  },
  'four billion holes': () => Object.assign([], { length: 2 ** 32 - 1 }),
  'an error that cannot be read': () =>
    Object.defineProperties(new Error('e'), {
      stack: { get: refuse },
      message: { get: refuse },
      cause: { get: refuse },
    }),
  'an error that is its own cause': () => {
    const error: Error = new AggregateError([new Error('member')], 'e\ud83e')
    error.cause = error
    return error
  },
  'a text that cannot be had': () => ({ toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse }),
  'a date that is none': () => new Date(Number.NaN),
  'something like a date': () => ({ getTime: () => 1n }),
  'a thenable that throws': () =>
    new Proxy({}, { get: (_target, key) => (key === 'then' ? refuse() : undefined) }),
  'a promise that never settles': () => new Promise(() => undefined),
  bytes: () => Buffer.from('bytes'),
  'the library’s keys': () => ({
    $lib: 'own',
    $lib_version: 1,
    $is_server: null,
    $geoip_disable: false,
    $groups: { toJSON: () => 1 },
    $session_id: 's',
    $ignore_sent_at: 1,
    $process_person_profile: 0,
    distinct_id: 'd',
  }),
} satisfies Record<string, () => unknown>
