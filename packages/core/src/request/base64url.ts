/** Unpadded base64url (RFC 4648, section 5) of bytes, one a character. */
export function base64UrlFromBinary(binary: string): string {
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The bytes back, one a character. @throws for what is no base64url. */
export function binaryFromBase64Url(encoded: string): string {
  return atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
}
