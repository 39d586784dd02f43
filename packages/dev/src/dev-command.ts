import { existsSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { DevServerError } from './dev-server-error.ts'
import { type DevServer, startDevServer } from './dev-server.ts'

const DEFAULT_PORT = 8181
const DEFAULT_FLAGS_FILE = 'hedgerow.flags.json'

/** `hedgerow dev`: runs the server until it is interrupted. */
export function devCommand(): Command {
  return new Command('dev')
    .description('Run a local PostHog-protocol server with a page that shows events as they arrive.')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', portFrom, DEFAULT_PORT)
    .option('--flags <file>', `flags file (default: ${DEFAULT_FLAGS_FILE} if it exists)`)
    .action(async (options: { port: number; flags?: string }) => {
      try {
        await runDevServer(options.port, options.flags)
      } catch (error) {
        if (!(error instanceof DevServerError)) throw error
        console.error(`error: ${error.message}`)
        process.exitCode = 1
      }
    })
}

async function runDevServer(port: number, flagsOption: string | undefined): Promise<void> {
  const flagsFile = flagsOption ?? (existsSync(DEFAULT_FLAGS_FILE) ? DEFAULT_FLAGS_FILE : undefined)
  const server = await startDevServer({
    port,
    ...(flagsFile !== undefined && { flagsFile }),
    log: (line) => console.error(line),
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second signal ends a process that does not end by itself.
    process.once(signal, () => void server.close())
  }
  console.log(banner(server, flagsFile))
}

function banner(server: DevServer, flagsFile: string | undefined): string {
  const flags = flagsFile
    ? `${Object.keys(server.flags().flags).length} from ${flagsFile}`
    : `none (write ${DEFAULT_FLAGS_FILE} and start again)`
  return [
    'Hedgerow dev server',
    `  page   ${server.url}/`,
    `  host   ${server.url}   (give this to your PostHog client)`,
    `  flags  ${flags}`,
  ].join('\n')
}

function portFrom(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
}
