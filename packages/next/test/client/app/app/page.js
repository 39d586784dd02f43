import { Cart } from '../cart.js'

export default function Home() {
  return <Cart />
}
