import type { Metadata } from 'next'
import Link from 'next/link'
import { guide } from '../../guide.ts'

export const metadata: Metadata = { title: 'Guide' }

/** What there is to read. */
export default function GuidePage() {
  return (
    <>
      <h1>The guide</h1>
      <p>Once this page is open, the others come without asking the server. Each is counted, once.</p>
      <ul className="articles">
        {guide.map(({ slug, title, summary }) => (
          <li key={slug}>
            <Link href={`/guide/${slug}`}>
              <strong>{title}</strong>
              <span className="tagline">{summary}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}
