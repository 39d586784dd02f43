import { headers } from 'next/headers'
import { hedgerow } from '../../hedgerow.js'

async function Visitor({ name }) {
  const { distinctId, identitySource } = await hedgerow()
  return <p>{`${name}=${distinctId} by ${identitySource};`}</p>
}

export default async function Who() {
  const scope = await hedgerow()
  scope.capture('page rendered', { same: scope === (await hedgerow()) })
  const sent = await headers()
  const hero = scope.flags.getFlag('hero')
  return (
    <main>
      <p>{`hero=${hero};own=${sent.get('x-own')};${sent.get('cookie')};`}</p>
      <Visitor name="first" />
      <Visitor name="second" />
    </main>
  )
}
