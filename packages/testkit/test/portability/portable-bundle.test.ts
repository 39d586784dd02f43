import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWebContext, portableBundle } from '../../src/index.ts'
import { repositoryRoot } from '../repository/repository-root.ts'

/** Where an application would be: a package that depends on core. */
const folder = join(repositoryRoot, 'packages/express')

const sources: [string, string[]][] = [
  ['as it was built', []],
  ['from its sources', ['@hedgerow/source']],
]

const entries: [string, string[]][] = [
  ['@hedgerow/core', ['ConfigError', 'HedgerowClient', 'HedgerowError', 'decideGate']],
  ['@hedgerow/core/adapter', ['factsFromNode', 'watchNodeResponse']],
  ['@hedgerow/core/evaluation', ['FlagSet', 'parseDefinitions']],
]

describe.each(sources)('core %s', (_source, conditions) => {
  it.each(entries)('bundles without Node.js, and loads where there is none: %s', async (entry, names) => {
    const script = await portableBundle({ code: `export * from '${entry}'`, folder, conditions })
    const { run, lines } = createWebContext()
    run(script)

    expect(Object.keys(run('bundle') as object)).toEqual(expect.arrayContaining(names))
    expect(lines).toEqual([])
  })
})

describe('a portable bundle', () => {
  it.each([
    ["import { readFile } from 'node:fs'; readFile", 'node:fs'],
    ["import fs from 'fs'; fs", 'fs'],
    ["export * from 'fs/promises'", 'fs/promises'],
    ["export const later = () => import('node:zlib')", 'node:zlib'],
    ["import 'async_hooks'", 'async_hooks'],
  ])('is refused for an import of Node.js: %s', async (code, name) => {
    await expect(portableBundle({ code, folder })).rejects.toThrow(`imports ${name} of Node.js`)
  })

  it.each([
    ['export const env = process.env', 'process'],
    ["export const known = typeof process !== 'undefined'", 'process'],
    ["export const bytes = Buffer.from('')", 'Buffer'],
    ['setImmediate(() => {})', 'setImmediate'],
    ['export const all = global', 'global'],
    ["export const fs = require('fs')", 'require'],
    ['export const here = __dirname', '__dirname'],
  ])('is refused for a global of Node.js: %s', async (code, name) => {
    await expect(portableBundle({ code, folder })).rejects.toThrow(`globals of Node.js: ${name}`)
  })

  it.each([
    'export const env = globalThis.process?.env',
    'const ambient = globalThis; export const env = ambient.process',
    'export const process = { Buffer: 1 }; export const one = process.Buffer',
  ])('may ask whether there is such a global, and use its name: %s', async (code) => {
    expect(await portableBundle({ code, folder })).toContain('var bundle')
  })
})

describe('a web context', () => {
  it('has nothing of Node.js', () => {
    const names = ['process', 'Buffer', 'setImmediate', 'require', 'global', 'MessageChannel']

    expect(
      createWebContext().run(`${JSON.stringify(names)}.filter((name) => name in globalThis).join()`),
    ).toBe('')
  })

  it('has what the web has, with timers that are numbers', () => {
    const { run } = createWebContext()

    expect(run("typeof fetch + ' ' + new URL('http://a/b').pathname + ' ' + typeof crypto.subtle")).toBe(
      'function /b object',
    )
    expect(run('var timer = setTimeout(() => {}, 1); clearTimeout(timer); typeof timer')).toBe('number')
  })

  it('makes no code from text', () => {
    expect(() => createWebContext().run("new Function('return 1')()")).toThrow('Code generation from strings')
  })
})
