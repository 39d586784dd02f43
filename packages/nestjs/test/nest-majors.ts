import { createRequire } from 'node:module'

/** Nest 11 stands apart from Nest 12, with peers of its own; every import of Nest in a test of it goes there. */
const nest11 = createRequire(new URL('nest11/package.json', import.meta.url))
const modules = [
  // Before their packages, of which they would else be taken for a part.
  ...['core/exceptions/exceptions-handler.js', 'core/exceptions/external-exceptions-handler.js'],
  ...['microservices/exceptions/rpc-exceptions-handler.js', 'websockets/exceptions/ws-exceptions-handler.js'],
  ...['apollo', 'common', 'core', 'graphql', 'microservices', 'platform-express', 'platform-fastify'],
  ...['platform-socket.io', 'platform-ws', 'terminus', 'testing', 'websockets'],
]

/** By major, where imports of Nest go instead of to what this package has installed. */
export const nestMajors: Readonly<Record<string, Record<string, string>>> = {
  'Nest 12': {},
  'Nest 11': Object.fromEntries(
    modules.map((name) => [`@nestjs/${name}`, nest11.resolve(`@nestjs/${name}`)]),
  ),
}
