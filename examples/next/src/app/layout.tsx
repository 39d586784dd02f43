import { HedgerowPageviews } from '@hedgerow/next/client'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import '../shop.css'
import { WhatToTry } from '../what-to-try.tsx'

export const metadata: Metadata = {
  title: { default: 'Bramble & Twine', template: '%s · Bramble & Twine' },
}

/** The frame of all pages. It asks nothing of the request, so pages below it may be the same for everybody. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="/favicon.svg" />
      </head>
      <body>
        {children}
        <WhatToTry />
        <HedgerowPageviews />
      </body>
    </html>
  )
}
