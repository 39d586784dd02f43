import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeVersions } from './node-versions.ts'
import { packTo, publicPackages } from './public-packages.ts'
import { runCommand } from './run-command.ts'

/** A project outside the workspace that installed the packages as a user does. */
export interface ConsumerProject {
  readonly directory: string
  /** Tarballs by package name. */
  readonly tarballs: Readonly<Record<string, string>>
}

/** Packs every public package and installs the tarballs, their frameworks and every Node.js into a new project. */
export async function createConsumerProject(): Promise<ConsumerProject> {
  const directory = await mkdtemp(join(tmpdir(), 'hedgerow-packed-'))
  const packed = join(directory, 'packed')
  await mkdir(packed)
  const tarballs: Record<string, string> = {}
  for (const publicPackage of publicPackages()) {
    tarballs[publicPackage.name] = await packTo(packed, publicPackage)
  }

  await cp(join(import.meta.dirname, 'smoke'), directory, { recursive: true })
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifestFor(tarballs)))
  const quick = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  await runCommand('npm', ['install', ...quick], directory)
  return { directory, tarballs }
}

function manifestFor(tarballs: Readonly<Record<string, string>>): object {
  const nodes = nodeVersions.flatMap(({ dependency }) => (dependency ? [dependency] : []))
  const files = Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`] as const)
  return {
    private: true,
    dependencies: {
      ...Object.fromEntries(files),
      express: '^5.3.0',
      fastify: '^5.12.8',
      '@nestjs/common': '^12.5.1',
      '@nestjs/core': '^12.5.1',
      '@nestjs/platform-express': '^12.5.1',
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.2',
      next: '16.4.5',
      react: '19.3.1',
      'react-dom': '19.3.1',
      '@types/express': '^5.0.6',
      '@types/node': '^22.20.0',
      ...Object.fromEntries(nodes),
    },
  }
}
