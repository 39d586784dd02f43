import Link from 'next/link'

export default function Links() {
  return (
    <nav>
      <Link href="/plain">in view</Link>
      <Link href="/shop" prefetch={true}>
        in full
      </Link>
    </nav>
  )
}
