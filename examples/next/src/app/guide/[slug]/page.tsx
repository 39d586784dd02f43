import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { guide, guidePage } from '../../../guide.ts'

interface ArticlePageProps {
  readonly params: Promise<{ slug: string }>
}

/** All of them are made when the shop is built. */
export function generateStaticParams(): { slug: string }[] {
  return guide.map(({ slug }) => ({ slug }))
}

/** The title of a page of the guide. */
export async function generateMetadata({ params }: ArticlePageProps): Promise<Metadata> {
  return { title: guidePage((await params).slug)?.title ?? 'Not found' }
}

/** One page of the guide. */
export default async function ArticlePage({ params }: ArticlePageProps) {
  const { title, summary, paragraphs } = guidePage((await params).slug) ?? notFound()
  return (
    <article className="article">
      <h1>{title}</h1>
      <p className="tagline">{summary}</p>
      {paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </article>
  )
}
