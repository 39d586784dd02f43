import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from './repository-root.ts'

/** What lint has to say about one place. */
export interface Finding {
  /** Relative to the tree, with slashes. */
  readonly file: string
  /** As in `eslint(no-restricted-imports)`. */
  readonly rule: string
  /** The rule's sentence, then its advice, where our own reasons stand. */
  readonly text: string
}

interface Diagnostic {
  readonly filename: string
  readonly code: string
  readonly message: string
  readonly help?: string
}

/**
 * Lints one tree of `fixtures/` with the repository's configuration, as if the tree were the repository.
 * It is copied away first, because the configuration itself ignores the fixtures where they are.
 */
export async function lintTree(name: string): Promise<Finding[]> {
  const tree = await mkdtemp(join(tmpdir(), 'hedgerow-lint-'))
  try {
    await cp(join(import.meta.dirname, 'fixtures', name), tree, { recursive: true })
    await cp(join(repositoryRoot, '.oxlintrc.json'), join(tree, '.oxlintrc.json'))
    await writeFile(join(tree, 'tsconfig.json'), '{ "compilerOptions": { "noEmit": true, "types": [] } }')
    const { diagnostics } = JSON.parse(await runLint(tree)) as { diagnostics: Diagnostic[] }
    return diagnostics.map(({ filename, code, message, help = '' }) => ({
      file: filename.replaceAll('\\', '/'),
      rule: code,
      text: `${message} ${help}`,
    }))
  } finally {
    await rm(tree, { recursive: true })
  }
}

function runLint(cwd: string): Promise<string> {
  const modules = join(repositoryRoot, 'node_modules')
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(modules, 'oxlint-tsgolint/bin/tsgolint.js') }
  const command = [join(modules, 'oxlint/bin/oxlint'), '--format=json']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { cwd, env, timeout: 30_000 }, (error, stdout) => {
      // Findings alone make exit code 1; anything else did not lint.
      if (error && error.code !== 1) reject(error)
      else resolve(stdout)
    })
  })
}
