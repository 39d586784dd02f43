import { execFile } from 'node:child_process'
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { repositoryRoot } from './repository-root.ts'

/** By folder: the workspace package in whose place a reader of its documents would be; its dependencies are the reader's. */
const placeOf: Record<string, string> = { '.': 'packages/express', docs: 'packages/core' }

const documents: string[] = []
for await (const path of glob(['README.md', 'docs/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
  cwd: repositoryRoot,
})) {
  documents.push(path)
}
const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

it.each(documents.toSorted())('the examples of %s compile', async (document) => {
  const text = await readFile(join(repositoryRoot, document), 'utf8')
  const examples = [...text.matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(([, kind = '', code = '']) => ({
    kind,
    code,
  }))
  const place = join(repositoryRoot, placeOf[dirname(document)] ?? dirname(document))

  const complaints = examples.length === 0 ? '' : await compile(place, examples)

  expect(complaints).toBe('')
})

interface Example {
  readonly kind: string
  readonly code: string
}

/** @returns what the compiler prints; empty when every example compiles. */
async function compile(place: string, examples: readonly Example[]): Promise<string> {
  // Below node_modules, so that imports resolve as in the package and nothing is left in the tree.
  const folder = join(place, 'node_modules/.readme-examples')
  folders.push(folder)
  await mkdir(folder, { recursive: true })
  const names = examples.map(({ kind }, index) => `example-${index + 1}.${kind}`)
  await Promise.all(examples.map(({ code }, index) => writeFile(join(folder, names[index] ?? ''), code)))
  const config = {
    extends: join(repositoryRoot, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      jsx: 'react-jsx',
      customConditions: ['@hedgerow/source'],
      // Applications of NestJS are written with both.
      experimentalDecorators: true,
      erasableSyntaxOnly: false,
      typeRoots: [join(place, 'node_modules/@types')],
    },
    files: names,
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return new Promise((resolve) => {
    const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
    execFile(process.execPath, [compiler, '-p', folder], (_failure, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}
