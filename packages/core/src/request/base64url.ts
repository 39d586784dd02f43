/** Unpadded base64url (RFC 4648, section 5) of bytes. */
export function base64UrlFromBytes(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** Unpadded base64url of a text's UTF-8. */
export function base64UrlFromText(text: string): string {
  return base64UrlFromBytes(new TextEncoder().encode(text))
}

/** The text back. @throws for what is no base64url of UTF-8. */
export function textFromBase64Url(encoded: string): string {
  const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
