import { HTTPException } from 'hono/http-exception'

const MAX_DISTINCT_ID_CHARACTERS = 200

/**
 * A distinct ID as PostHog's servers keep it: text, cut at 200 characters; other JSON becomes its JSON text.
 *
 * @param where begins the sentence of the error, such as `Event 2`.
 * @throws HTTPException 400 when it is missing, `null` or empty.
 */
export function distinctIdFrom(value: unknown, where: string): string {
  if (value === undefined || value === null) {
    throw new HTTPException(400, {
      message: `${where} has no distinct_id; send the ID of a person or visitor.`,
    })
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text === '') throw new HTTPException(400, { message: `${where}: distinct_id must not be empty.` })
  if (text.length <= MAX_DISTINCT_ID_CHARACTERS) return text
  // Characters, not UTF-16 units: a cut between the halves of one would leave text that is not valid.
  return Array.from(text.slice(0, 2 * MAX_DISTINCT_ID_CHARACTERS))
    .slice(0, MAX_DISTINCT_ID_CHARACTERS)
    .join('')
}
