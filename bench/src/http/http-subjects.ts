/** What is asked of an app: a page, which counts, or its API, which does not. */
export type RequestKind = 'page' | 'api'

/** Frameworks whose apps are measured. */
export const frameworks = ['express', 'fastify'] as const

export type Framework = (typeof frameworks)[number]

/** An app and what is asked of it. */
export interface HttpSubject {
  readonly framework: Framework
  /** Unique within its framework. */
  readonly name: string
  /** URL of its module, an `AppModule`. */
  readonly module: URL
  /** The package it is there for. */
  readonly package: string
  readonly requests: RequestKind
  /** Whether every request is captured as a pageview. */
  readonly counts: boolean
  /** Whether pages show the values of ten flags. */
  readonly readsFlags: boolean
}

/**
 * The app alone, with each kind of request: what the others add is measured against it. Where that is little, it runs in two
 * processes, and what the second one seems to add is noise.
 */
export const plainNames = {
  page: ['page'],
  api: ['API', 'API, again'],
} as const satisfies Record<RequestKind, readonly string[]>

export const hedgerowPage = 'page, hedgerow'
export const hedgerowApi = 'API, hedgerow'
export const postHogNodePage = 'page, posthog-node'

/** Every subject of a framework, those without analytics first. */
export function httpSubjects(framework: Framework): HttpSubject[] {
  const subject = (
    app: string,
    packageName: string,
    about: Omit<HttpSubject, 'framework' | 'module' | 'package'>,
  ) => ({
    framework,
    module: new URL(`${framework}/${app}.ts`, import.meta.url),
    package: packageName,
    ...about,
  })
  const silent = { counts: false, readsFlags: false }
  return [
    ...plainNames.page.map((name) => subject('none', framework, { name, requests: 'page', ...silent })),
    subject('hand-written', framework, {
      name: 'page, hand-written',
      requests: 'page',
      counts: true,
      readsFlags: false,
    }),
    subject('hand-written-full', framework, {
      name: 'page, hand-written in full',
      requests: 'page',
      counts: true,
      readsFlags: false,
    }),
    subject('hedgerow', `@hedgerow/${framework}`, {
      name: hedgerowPage,
      requests: 'page',
      counts: true,
      readsFlags: true,
    }),
    subject('posthog-node', 'posthog-node', {
      name: postHogNodePage,
      requests: 'page',
      counts: true,
      readsFlags: true,
    }),
    ...plainNames.api.map((name) => subject('none', framework, { name, requests: 'api', ...silent })),
    subject('empty-scope', framework, { name: 'API, empty scope', requests: 'api', ...silent }),
    subject('hedgerow', `@hedgerow/${framework}`, { name: hedgerowApi, requests: 'api', ...silent }),
  ]
}
