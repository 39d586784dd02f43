import Link from 'next/link'

/** Each link is fetched ahead of time in another way. */
export default function Home() {
  return (
    <nav>
      <Link id="plain" href="/plain" prefetch={false}>
        never
      </Link>
      <Link id="shop" href="/shop?from=home" prefetch={false}>
        never
      </Link>
      <a id="links" href="/links">
        by a document
      </a>
    </nav>
  )
}
