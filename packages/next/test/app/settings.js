/** posthog-js ends its addresses with a slash. */
export const settings = { skipTrailingSlashRedirect: true }
