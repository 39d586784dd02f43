import { createHmac, timingSafeEqual } from 'node:crypto'
import type { NestRequest } from '@hedgerow/nestjs'
import { Injectable } from '@nestjs/common'

const secret = 'a secret for this example alone'

/** Members of the cinema, by a signed token that they send along. */
@Injectable()
export class Members {
  /** What a member sends as `Authorization: Bearer …`. */
  tokenFor(name: string): string {
    return `${Buffer.from(`member_${name}`).toString('base64url')}.${signatureOf(name)}`
  }

  /** The id of the member who makes a request; undefined for everybody else. */
  idOf({ headers }: Pick<NestRequest, 'headers'>): string | undefined {
    const [, encoded = '', signature = ''] =
      /^Bearer ([\w-]+)\.([\w-]+)$/.exec(String(headers['authorization'])) ?? []
    const id = Buffer.from(encoded, 'base64url').toString()
    const expected = Buffer.from(signatureOf(id.replace('member_', '')))
    const given = Buffer.from(signature)
    return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined
  }
}

function signatureOf(name: string): string {
  return createHmac('sha256', secret).update(name).digest('base64url')
}
