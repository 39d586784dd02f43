import { hedgerow } from '../../hedgerow.js'
import { Counter } from './counter.js'

export default function Client() {
  return <Counter start={typeof hedgerow} />
}
