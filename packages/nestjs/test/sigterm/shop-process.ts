import { registerDecorators } from './decorator-hooks.ts'

registerDecorators(process.env['NEST'])
const { runShop } = await import('./shop.ts')

const [host = '', platform = '', useProcessExit] = process.argv.slice(2)
await runShop(host, platform, useProcessExit === 'true')
