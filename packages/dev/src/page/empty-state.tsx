/** What to do while nothing has arrived: point a client here, or send one event by hand. */
export function EmptyState({ origin }: { readonly origin: string }) {
  const example = JSON.stringify({ api_key: 'phc_local', event: 'hello', distinct_id: 'me' })

  return (
    <section class="empty">
      <h2>Waiting for the first event</h2>
      <p>Give your PostHog client this server as its host:</p>
      <pre tabIndex={0}>{`host: '${origin}'`}</pre>
      <p>Any project token that begins with phc_ will do. Or send one event from a terminal:</p>
      <pre tabIndex={0}>{`curl ${origin}/capture/ \\\n  -d '${example}'`}</pre>
      <p class="hint">Events appear here as they arrive. Nothing leaves this machine.</p>
    </section>
  )
}
