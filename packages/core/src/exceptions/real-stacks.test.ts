import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exceptionList } from './exception-list.ts'

const program = `import { callBack } from 'helper'

class Basket {
  constructor(items) {
    if (!items) throw new RangeError('no items')
  }
  static async load(id) {
    await null
    return new Basket(id)
  }
}

async function checkout() {
  await Basket.load()
}

const scenarios = {
  awaited: () => checkout(),
  nested: () => [1].map(function each() {
    callBack(() => JSON.parse('{'))
  }),
  evaluated: () => eval('missing.name'),
  together: () => Promise.all([checkout()]),
}

const stacks = {}
for (const [name, scenario] of Object.entries(scenarios)) {
  try {
    await scenario()
  } catch (error) {
    stacks[name] = { name: error.name, message: error.message, stack: error.stack }
  }
}
console.log(JSON.stringify(stacks))
`

const helper = `export function callBack(callback) {
  return callback()
}
`

interface Thrown {
  readonly name: string
  readonly message: string
  readonly stack: string
}

let directory: string
let thrown: Record<string, Thrown>

/** The stacks of a plain Node process: a test runner rewrites those of its own. */
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'hedgerow-stacks-')))
  mkdirSync(join(directory, 'node_modules/helper'), { recursive: true })
  writeFileSync(join(directory, 'node_modules/helper/index.mjs'), helper)
  writeFileSync(join(directory, 'node_modules/helper/package.json'), '{ "exports": "./index.mjs" }')
  writeFileSync(join(directory, 'app.mjs'), program)
  const output = execFileSync(process.execPath, ['app.mjs'], { cwd: directory, encoding: 'utf8' })
  thrown = JSON.parse(output) as Record<string, Thrown>
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** `function file:line:column`, outermost first, `*` after the application's own. */
function framesOf(scenario: string): string[] {
  const error = Object.assign(new Error(), thrown[scenario])
  const [entry] = exceptionList(error, {
    mechanism: { type: 'generic', handled: true },
    workingDirectory: directory,
    scrubText: (text) => text,
  })
  return (entry?.stacktrace?.frames ?? []).map((frame) => {
    const position = frame.lineno === undefined ? '' : `:${frame.lineno}:${frame.colno}`
    return `${frame.function} ${frame.filename}${position}${frame.in_app ? ' *' : ''}`
  })
}

it('follows an error through awaits, a static method and a constructor', () => {
  expect(framesOf('awaited')).toEqual([
    '? app.mjs:29:5 *',
    'checkout app.mjs:14:3 *',
    'Basket.load app.mjs:9:12 *',
    'new Basket app.mjs:5:23 *',
  ])
})

it('tells callbacks of the application from the package and the built-in that call them', () => {
  expect(framesOf('nested')).toEqual([
    '? app.mjs:29:11 *',
    'nested app.mjs:19:21 *',
    'Array.map <anonymous>',
    'each app.mjs:20:5 *',
    'callBack node_modules/helper/index.mjs:2:10',
    '? app.mjs:20:25 *',
    'JSON.parse <anonymous>',
  ])
})

it('does not take evaluated text for a file', () => {
  expect(framesOf('evaluated')).toEqual([
    '? app.mjs:29:11 *',
    'evaluated app.mjs:22:20 *',
    'eval <anonymous>:1:1',
  ])
})

it('keeps the branch of Promise.all in which the error happened', () => {
  expect(framesOf('together')).toEqual([
    '? app.mjs:29:5 *',
    'Promise.all <anonymous>',
    'checkout app.mjs:14:3 *',
    'Basket.load app.mjs:9:12 *',
    'new Basket app.mjs:5:23 *',
  ])
})
