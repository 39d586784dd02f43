/** How the parts of URLs may be recorded that turn up within a request, in the messages of its exceptions for one. */
export interface UrlRules {
  /** The path of a page, whose route nobody knows. */
  path(path: string): string
  /** A path that may be one of files or of a database. */
  segments(path: string): string
  /** @param text without its `?`. @returns nothing, or what is kept of it, with the `?`. */
  query(text: string): string
}
