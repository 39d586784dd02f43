const RFC_3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]00:00)$/

/** Whether a text is an RFC 3339 timestamp in UTC, such as `2026-03-01T10:00:00.000Z`. */
export function isUtcTimestamp(text: string): boolean {
  return RFC_3339_UTC.test(text) && !Number.isNaN(Date.parse(text))
}
