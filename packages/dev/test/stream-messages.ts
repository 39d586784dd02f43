import { onTestFinished } from 'vitest'

/** One message of a server-sent event stream. */
export interface StreamMessage {
  readonly event: string
  readonly id: string
  readonly data: unknown
}

/** An open stream; `next` waits for the next message, up to five seconds. */
export interface MessageReader {
  next(): Promise<StreamMessage>
  leave(): void
}

/** Opens a server-sent event stream, and leaves it when the test ends. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<MessageReader> {
  const left = new AbortController()
  onTestFinished(() => left.abort())
  const response = await fetch(url, { headers, signal: left.signal })
  const messages = messagesIn(response.body ?? new ReadableStream())

  return {
    leave: () => left.abort(),
    async next() {
      const timeout = AbortSignal.timeout(5000)
      const late = new Promise<never>((_, reject) => {
        timeout.addEventListener('abort', () => reject(new Error('no message arrived within five seconds')))
      })
      const { value } = await Promise.race([messages.next(), late])
      if (!value) throw new Error('the stream ended')
      return value
    },
  }
}

async function* messagesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage, undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) yield messageFrom(block)
  }
  return undefined
}

function messageFrom(block: string): StreamMessage {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(': ', 1)[0], line.replace(/^\w+: /, '')]),
  )
  return {
    event: fields.get('event') ?? '',
    id: fields.get('id') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null'),
  }
}
