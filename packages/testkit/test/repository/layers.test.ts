import { beforeAll, describe, expect, it } from 'vitest'
import { lintTree } from './lint-tree.ts'
import type { Finding } from './lint-tree.ts'

/** File, offending import, and how the reason given to the author begins. */
const forbiddenImports: [string, string, string][] = [
  ['core/src/options.ts', './capture/batcher.ts', 'The base layer imports only itself'],
  ['core/src/runtime/default-runtime.ts', '../client.ts', 'The base layer imports only itself'],
  ['core/src/runtime/default-runtime.ts', 'node:zlib', 'Core has one entry for every runtime'],
  ['core/src/transport/http-transport.ts', '../capture/serialize.ts', 'transport/ and store/ import only'],
  ['core/src/transport/retry.ts', '../errors.ts', 'Retry rules import nothing'],
  ['core/src/store/memory-store.ts', '../transport/http-transport.ts', 'transport/ and store/ import only'],
  [
    'core/src/capture/batcher.ts',
    '../flags/flag.ts',
    'capture/ imports the base layer, transport/ and store/',
  ],
  ['core/src/capture/batcher.ts', '../request/scope.ts', 'capture/ imports the base layer, transport/ and'],
  [
    'core/src/flags/flag-evaluator.ts',
    '../capture/batcher.ts',
    'flags/ imports the base layer and transport/',
  ],
  [
    'core/src/flags/flag-evaluator.ts',
    '../../src/request/scope.ts',
    'flags/ imports the base layer and transport/',
  ],
  ['core/src/flags/engine/evaluate.ts', '../../runtime.ts', 'flags/engine/ is pure'],
  ['core/src/flags/engine/evaluate.ts', '../definitions/definition-poller.ts', 'flags/engine/ is pure'],
  ['core/src/flags/regex/portable-regex.ts', '../engine/outcome.ts', 'flags/regex/ imports only itself'],
  [
    'core/src/flags/definitions/definition-poller.ts',
    '../../capture/batcher.ts',
    'flags/ imports the base layer and transport/',
  ],
  ['core/src/exceptions/describer.ts', '../capture/batcher.ts', 'exceptions/ imports only the base layer'],
  ['core/src/ingest-proxy/forwarder.ts', '../request/scope.ts', 'ingest-proxy/ imports only the base layer'],
  ['core/src/request/scope.ts', '../client.ts', 'request/ imports only the base layer'],
  ['core/src/request/scope.ts', '../flags/flag-evaluator.ts', 'request/ imports only the base layer'],
  ['core/src/client.ts', 'node:fs', 'Core has one entry for every runtime'],
  ['core/src/client.ts', 'lodash', 'Core has no run-time dependency'],
  ['core/test/deep-path.ts', '@hedgerow/core/dist/client.js', 'Deep paths are private'],
  ['express/src/middleware.ts', '@hedgerow/core/src/client.ts', 'An adapter uses the public surface of core'],
  ['express/src/middleware.ts', '@hedgerow/fastify', 'An adapter imports core and its one framework'],
  ['express/src/middleware.ts', 'cookie', 'An adapter imports core and its one framework'],
  [
    'express/src/middleware.ts',
    '../../core/src/transport/http-transport.ts',
    'An adapter imports core and its',
  ],
  ['fastify/src/plugin.ts', '@hedgerow/core/src/client.ts', 'An adapter uses the public surface of core'],
  ['fastify/src/plugin.ts', '@hedgerow/express', 'An adapter imports core and its one framework'],
  ['fastify/src/plugin.ts', '@fastify/cookie', 'An adapter imports core and its one framework'],
  [
    'nestjs/src/hedgerow.module.ts',
    '@hedgerow/core/src/client.ts',
    'An adapter uses the public surface of core',
  ],
  ['nestjs/src/hedgerow.module.ts', '@hedgerow/express', 'An adapter imports core and its one framework'],
  [
    'nestjs/src/hedgerow.module.ts',
    '@nestjs/platform-express',
    'An adapter imports core and its one framework',
  ],
  ['next/src/proxy.ts', '@hedgerow/core/src/client.ts', 'An adapter uses the public surface of core'],
  ['next/src/proxy.ts', '@hedgerow/express', 'An adapter imports core and its one framework'],
  ['next/src/proxy.ts', 'react-dom', 'An adapter imports core and its one framework'],
  ['next/src/proxy.ts', 'node:crypto', 'Next.js bundles this for the edge and for builds too'],
  ['dev/src/whole-client.ts', '@hedgerow/core', 'The dev server shares the flag engine'],
  ['dev/src/whole-client.ts', '@hedgerow/core/adapter', 'The dev server shares the flag engine'],
  [
    'dev/src/whole-client.ts',
    '@hedgerow/core/src/flags/flag-set.ts',
    'The dev server shares the flag engine',
  ],
  ['dev/src/whole-client.ts', '../../core/src/flags/flag-set.ts', 'Deep paths are private'],
  ['testkit/src/fake-server.ts', '@hedgerow/core', 'Testkit imports no package that it helps to test'],
]

const ambientCalls: [string, string][] = [
  ['Date.now', 'use runtime.now'],
  ['Math.random', 'use runtime.random'],
  ['setTimeout', 'use runtime.setTimeout'],
  ['clearTimeout', 'use runtime.clearTimeout'],
  ['setInterval', 're-arm runtime.setTimeout'],
  ['crypto', 'use runtime.randomBytes or runtime.hmac'],
  ['fetch', 'use runtime.fetch'],
  ['console', 'through its Logger alone'],
  ['process', 'use runtime.env'],
  ['Buffer', 'use Uint8Array'],
]

const otherRules: [string, string][] = [
  ['core/test/left.ts', 'import(no-cycle)'],
  ['core/test/right.ts', 'import(no-cycle)'],
  ['fastify/src/plugin.ts', 'import(no-default-export)'],
  ['dev/src/careless.ts', 'import(no-default-export)'],
  ['dev/src/careless.ts', 'typescript(no-explicit-any)'],
  ['dev/src/careless.ts', 'typescript(no-floating-promises)'],
  ['dev/src/careless.ts', 'typescript(no-misused-promises)'],
  ['dev/test/focused.test.ts', 'vitest(no-focused-tests)'],
  ['dev/test/focused.test.ts', 'vitest(no-disabled-tests)'],
]

describe('code that breaks the layers', () => {
  let findings: Finding[]

  beforeAll(async () => {
    findings = await lintTree('illegal')
  })

  function reasonsIn(file: string, rule: string): string[] {
    const path = `packages/${file}`
    return findings
      .filter((finding) => finding.file === path && finding.rule === rule)
      .map(({ text }) => text)
  }

  it.each(forbiddenImports)('%s learns why it may not import %s', (file, specifier, reason) => {
    const reasons = reasonsIn(file, 'eslint(no-restricted-imports)')

    expect(reasons).toContainEqual(expect.stringMatching(`^'${escaped(specifier)}' .*${escaped(reason)}`))
  })

  it.each(ambientCalls)('core learns what to use instead of %s', (name, advice) => {
    const file = 'core/src/capture/ambient.ts'
    const reasons = [
      ...reasonsIn(file, 'eslint(no-restricted-globals)'),
      ...reasonsIn(file, 'eslint(no-restricted-properties)'),
    ]

    const naming = reasons.filter((reason) => reason.includes(`'${name}'`))

    expect(naming).toEqual([expect.stringContaining(advice)])
  })

  it.each(otherRules)('%s is reported by %s', (file, rule) => {
    expect(reasonsIn(file, rule)).not.toEqual([])
  })

  it('is reported for nothing else', () => {
    const listed = new Set([
      ...forbiddenImports.map(([file]) => `packages/${file} eslint(no-restricted-imports)`),
      ...otherRules.map(([file, rule]) => `packages/${file} ${rule}`),
      'packages/core/src/capture/ambient.ts eslint(no-restricted-globals)',
      'packages/core/src/capture/ambient.ts eslint(no-restricted-properties)',
    ])

    const others = findings.filter(({ file, rule }) => !listed.has(`${file} ${rule}`))

    expect(others).toEqual([])
  })
})

describe('code that keeps to the layers', () => {
  it('passes without a word', async () => {
    expect(await lintTree('legal')).toEqual([])
  })
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
