import { isBuiltin } from 'node:module'
import type { Plugin } from 'esbuild'

/** What Node.js has and an edge runtime has not. */
const nodeGlobals = [
  '__dirname',
  '__filename',
  'Buffer',
  'clearImmediate',
  'global',
  'process',
  'require',
  'setImmediate',
]
const marked = 'nodeOnly_'

/** Which code to bundle, and how imports of packages are found. */
export interface PortableBundleOptions {
  /** A module as text. */
  readonly code: string
  /** Where its imports start from. */
  readonly folder: string
  /** Conditions of `exports` to prefer. @default [] */
  readonly conditions?: readonly string[]
}

/**
 * One script with all that a module imports, which leaves the module's exports in a global variable `bundle`.
 *
 * @throws Error for an import of Node's, by whatever name, and for a free use of a global that only Node has. To ask
 * `globalThis` whether there is such a global is no such use.
 */
export async function portableBundle(options: PortableBundleOptions): Promise<string> {
  // Loaded here, since most tests that use testkit bundle nothing.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    stdin: { contents: options.code, resolveDir: options.folder, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'neutral',
    target: 'es2023',
    format: 'iife',
    globalName: 'bundle',
    conditions: [...(options.conditions ?? [])],
    // Paths of a tsconfig are not how an application finds a package.
    tsconfigRaw: {},
    logLevel: 'silent',
    plugins: [nothingOfNode],
    define: Object.fromEntries(nodeGlobals.map((name) => [name, marked + name])),
  })
  const script = outputFiles.map(({ text }) => text).join('')
  const used = nodeGlobals.filter((name) => script.includes(marked + name))
  if (used.length > 0) throw new Error(`the bundle uses globals of Node.js: ${used.join(', ')}`)
  return script
}

const nothingOfNode: Plugin = {
  name: 'nothing of Node.js',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, importer }) =>
      isBuiltin(path) ? { errors: [{ text: `${importer} imports ${path} of Node.js` }] } : undefined,
    )
  },
}
