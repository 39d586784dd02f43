import { describe, expect, it } from 'vitest'
import { stackFrames, withoutHeader } from './stack-frames.ts'

const frameOf = (line: string, workingDirectory: string | undefined = '/srv/app') =>
  stackFrames(`\n    at ${line}`, workingDirectory)[0]

const platform = 'node:javascript'

describe('a line of a stack', () => {
  it.each([
    [
      'readBasket (/srv/app/src/basket/read.ts:12:7)',
      {
        filename: 'src/basket/read.ts',
        function: 'readBasket',
        module: 'src.basket:read',
        lineno: 12,
        colno: 7,
      },
    ],
    [
      'async Shop.open (file:///srv/app/my%20shop.mjs?v=2:3:4)',
      { filename: 'my shop.mjs', function: 'Shop.open', module: 'my shop', lineno: 3, colno: 4 },
    ],
    [
      'new Basket (/srv/app/b.js:1:2)',
      { filename: 'b.js', function: 'new Basket', module: 'b', lineno: 1, colno: 2 },
    ],
    ['/srv/app/b.js:1:2', { filename: 'b.js', function: '?', module: 'b', lineno: 1, colno: 2 }],
    ['async file:///srv/app/b.js:1:2', { filename: 'b.js', function: '?', module: 'b', lineno: 1, colno: 2 }],
    [
      'Object.<anonymous> (/srv/app/b.cjs:1:2)',
      { filename: 'b.cjs', function: 'Object.?', module: 'b', lineno: 1, colno: 2 },
    ],
    [
      'GET (/srv/app/(shop)/route.ts:5:1)',
      { filename: '(shop)/route.ts', function: 'GET', module: '(shop):route', lineno: 5, colno: 1 },
    ],
    [
      'get total [as sum] (/srv/app/b.js:1:2)',
      { filename: 'b.js', function: 'get total [as sum]', module: 'b', lineno: 1, colno: 2 },
    ],
    [
      'load (/srv/lib/db.js:9:1)',
      { filename: '../lib/db.js', function: 'load', module: 'db', lineno: 9, colno: 1 },
    ],
    [
      'page (webpack-internal:///(rsc)/./app/page.tsx:2:3)',
      {
        filename: 'webpack-internal:///(rsc)/./app/page.tsx',
        function: 'page',
        module: 'page',
        lineno: 2,
        colno: 3,
      },
    ],
  ])('belongs to the application: %s', (line, expected) => {
    expect(frameOf(line)).toEqual({ platform, ...expected, in_app: true })
  })

  it.each([
    [
      'Layer.handle [as handle_request] (/srv/app/node_modules/express/lib/layer.js:95:5)',
      {
        filename: 'node_modules/express/lib/layer.js',
        function: 'Layer.handle [as handle_request]',
        module: 'express.lib:layer',
        lineno: 95,
        colno: 5,
      },
    ],
    [
      'render (/srv/app/node_modules/.pnpm/@scope+ui@1.0.0/node_modules/@scope/ui/dist/index.mjs:1:2)',
      {
        filename: 'node_modules/.pnpm/@scope+ui@1.0.0/node_modules/@scope/ui/dist/index.mjs',
        function: 'render',
        module: '@scope.ui.dist:index',
        lineno: 1,
        colno: 2,
      },
    ],
    [
      'async runTasks (node:internal/process/task_queues:105:5)',
      {
        filename: 'node:internal/process/task_queues',
        function: 'runTasks',
        module: 'task_queues',
        lineno: 105,
        colno: 5,
      },
    ],
    [
      'eval (eval at compile (/srv/app/node_modules/ejs/lib/ejs.js:662:12), index:10:8)',
      { filename: 'index', function: 'eval', module: 'index', lineno: 10, colno: 8 },
    ],
    ['Array.map (<anonymous>)', { filename: '<anonymous>', function: 'Array.map' }],
    ['async Promise.all (index 0)', { filename: '<anonymous>', function: 'Promise.all' }],
    ['Object.keys (native)', { filename: '<anonymous>', function: 'Object.keys' }],
    [
      'parse (wasm://wasm/0a1b:wasm-function[3]:0x1a3)',
      {
        filename: 'wasm://wasm/0a1b:wasm-function[3]:0x1a3',
        function: 'parse',
        module: '0a1b:wasm-function[3]:0x1a3',
      },
    ],
  ])('does not belong to the application: %s', (line, expected) => {
    expect(frameOf(line)).toEqual({ platform, ...expected, in_app: false })
  })

  it.each([
    ['run (C:\\srv\\app\\src\\b.ts:1:2)', 'src/b.ts', 'src:b', true],
    ['run (file:///c:/srv/app/src/b.ts:1:2)', 'src/b.ts', 'src:b', true],
    [
      'run (C:\\srv\\app\\node_modules\\pg\\lib\\client.js:1:2)',
      'node_modules/pg/lib/client.js',
      'pg.lib:client',
      false,
    ],
    ['run (D:\\lib\\b.js:1:2)', 'D:/lib/b.js', 'b', true],
  ])('names files the same way on Windows: %s', (line, filename, module, inApp) => {
    expect(frameOf(line, 'c:\\srv\\app')).toEqual({
      platform,
      filename,
      function: 'run',
      module,
      lineno: 1,
      colno: 2,
      in_app: inApp,
    })
  })

  it.each(['Error: nothing to see', '', '    ^', `    at ${'x'.repeat(3000)}`, '-> /srv/app/src/b.ts:1:2'])(
    'is left out when it is no call site: %s',
    (line) => {
      expect(stackFrames(`\n${line}`, '/srv/app')).toEqual([])
    },
  )
})

it('keeps absolute names where there is no working directory', () => {
  expect(stackFrames('\n    at run (/srv/app/b.js:1:2)', undefined)).toEqual([
    { platform, filename: '/srv/app/b.js', function: 'run', module: 'b', lineno: 1, colno: 2, in_app: true },
  ])
})

it('lists the outermost call first, and of a deep stack the 50 calls next to the error', () => {
  const lines = Array.from({ length: 80 }, (_, index) => `    at f${index} (/srv/app/b.js:${index + 1}:1)`)

  const frames = stackFrames(lines.join('\n'), '/srv/app')

  expect(frames).toHaveLength(50)
  expect(frames[0]?.function).toBe('f49')
  expect(frames.at(-1)?.function).toBe('f0')
})

it('cuts names that somebody made endless', () => {
  const [frame] = stackFrames(`\n    at ${'f'.repeat(900)} (/${'d'.repeat(900)}/b.js:1:1)`, '/srv/app')

  expect(frame?.function).toHaveLength(256)
  expect(frame?.filename).toHaveLength(512)
  expect(frame?.module?.length).toBeLessThanOrEqual(256)
})

describe('the header of a stack', () => {
  it('goes, even when the message reads like call sites', () => {
    const message = 'first line\n    at fake (/srv/app/fake.js:1:1)'

    const trace = withoutHeader(`Error: ${message}\n    at real (/srv/app/real.js:2:3)`, message)

    expect(trace).toBe('\n    at real (/srv/app/real.js:2:3)')
  })

  it('goes when the message was changed after the throw', () => {
    const trace = withoutHeader('Error: before\n    at real (/srv/app/real.js:2:3)', 'real.js')

    expect(trace).toBe('\n    at real (/srv/app/real.js:2:3)')
  })
})
