import Link from 'next/link'

export default function Home() {
  return (
    <Link href="/plain" prefetch={false}>
      plain
    </Link>
  )
}
