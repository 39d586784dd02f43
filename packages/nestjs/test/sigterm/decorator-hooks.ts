import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transformSync } from 'esbuild'
import { nestMajors } from '../nest-majors.ts'

const ownFiles = new URL('../../', import.meta.url).href
const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }

/** Lets this process import files with decorators, which Node.js does not know, and has them use this major of Nest. */
export function registerDecorators(nest = 'Nest 12'): void {
  const aliases = nestMajors[nest] ?? {}
  registerHooks({
    resolve(specifier, context, next) {
      const path = context.parentURL?.startsWith(ownFiles) ? aliases[specifier] : undefined
      return next(path === undefined ? specifier : pathToFileURL(path).href, context)
    },
    load(url, context, next) {
      if (!url.startsWith(ownFiles) || !url.endsWith('.ts')) return next(url, context)
      const source = readFileSync(fileURLToPath(url), 'utf8')
      const { code } = transformSync(source, { loader: 'ts', tsconfigRaw })
      return { format: 'module', source: code, shortCircuit: true }
    },
  })
}
