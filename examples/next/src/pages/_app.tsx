import { HedgerowPageviews } from '@hedgerow/next/client'
import type { AppProps } from 'next/app'
import Head from 'next/head'
import '../shop.css'
import { WhatToTry } from '../what-to-try.tsx'

/** The frame of pages of the Pages Router. */
export default function App({ Component, pageProps }: AppProps) {
  return (
    <>
      <Head>
        <link rel="icon" href="/favicon.svg" />
      </Head>
      <Component {...pageProps} />
      <WhatToTry />
      <HedgerowPageviews />
    </>
  )
}
