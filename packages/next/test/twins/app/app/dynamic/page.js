import { hedgerow } from '../../hedgerow.js'

export default async function Dynamic() {
  const { flags } = await hedgerow()
  return <p>hero {String(flags.getFlag('hero') ?? 'off')}</p>
}
