import { HedgerowPageviews } from '@hedgerow/next/client'

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        {children}
        <HedgerowPageviews />
      </body>
    </html>
  )
}
