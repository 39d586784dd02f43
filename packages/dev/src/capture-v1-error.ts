import { HTTPException } from 'hono/http-exception'

const TAG_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_body',
  401: 'missing_authorization',
  413: 'payload_too_large',
  415: 'unsupported_content_type',
}

/** A request to capture v1 that lacks a header or has one in a wrong form: a 400 with a tag of its own. */
export class MissingHeadersError extends HTTPException {
  constructor(message: string) {
    super(400, { message })
  }
}

/** What capture v1 answers a refused request with: a tag for programs, a sentence for people, and an address. */
export function captureV1ErrorBody(refusal: HTTPException): object {
  const tag =
    refusal instanceof MissingHeadersError
      ? 'missing_required_headers'
      : (TAG_OF_STATUS[refusal.status] ?? 'internal_error')
  return { error: tag, error_description: refusal.message, error_uri: `/errors/${tag}` }
}
