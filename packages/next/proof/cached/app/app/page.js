import { hedgerow } from '../hedgerow.js'

export default function Home() {
  return <p>static, {typeof hedgerow}</p>
}
