import { hedgerow } from '../../hedgerow.js'

export default async function Broken() {
  await hedgerow()
  throw new TypeError('no such shop')
}
