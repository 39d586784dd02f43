import Link from 'next/link'

export default function Legacy() {
  return (
    <Link id="other" href="/legacy/other">
      other
    </Link>
  )
}
