import { hedgerow } from '../../hedgerow.js'

export const revalidate = 3600

export default function Revalidated() {
  return <p>made now and then, {typeof hedgerow}</p>
}
