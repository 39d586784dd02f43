import { hedgerow } from '../hedgerow.js'

export default function Layout({ children }) {
  return (
    <html lang="en" data-ready={typeof hedgerow}>
      <body>{children}</body>
    </html>
  )
}
