import { hedgerow } from '../hedgerow.js'

export default function Layout({ children }) {
  return (
    <html lang="en" data-mounted={typeof hedgerow}>
      <body>{children}</body>
    </html>
  )
}
