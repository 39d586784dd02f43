import { headers } from 'next/headers'

export default async function Shop() {
  return <p>{(await headers()).get('host')}</p>
}
