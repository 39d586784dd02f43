import Head from 'next/head'

/** A page of the Pages Router, as older parts of an application are. */
export default function DeliveryPage() {
  return (
    <>
      <Head>
        <title>Delivery · Bramble &amp; Twine</title>
      </Head>
      <header>
        {/* Links of Next.js would look for these pages in this router. */}
        <a className="brand" href="/">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          Bramble &amp; Twine
        </a>
        <nav>
          <a href="/">Home</a>
          <a href="/guide">Guide</a>
        </nav>
      </header>
      <div className="frame">
        <main>
          <h1>Delivery and returns</h1>
          <p>
            Parcels leave on Tuesdays and Fridays, on foot, and arrive when they do. Nothing is sent from
            here.
          </p>
          <p>What you do not like comes back at our cost, with soil on it or without.</p>
        </main>
      </div>
    </>
  )
}
