import { hedgerow } from '../../hedgerow.js'

async function Offers() {
  'use cache'
  return <p>offers, {typeof hedgerow}</p>
}

export default function Cached() {
  return <Offers />
}
