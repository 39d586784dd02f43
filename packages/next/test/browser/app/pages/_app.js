import { HedgerowPageviews } from '@hedgerow/next/client'

export default function App({ Component, pageProps }) {
  return (
    <>
      <Component {...pageProps} />
      <HedgerowPageviews />
    </>
  )
}
