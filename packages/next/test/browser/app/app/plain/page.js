import { hedgerow } from '../../hedgerow.js'

export default function Plain() {
  return <p>plain, {typeof hedgerow}</p>
}
