/** posthog-js ends its addresses with a slash. */
export default { skipTrailingSlashRedirect: true }
