/** The part of a Fastify 4 or 5 request that its route is read from. */
export interface FastifyRouteRequest {
  readonly is404: boolean
}

/**
 * The template of the route that Fastify matched; undefined when none did. A catch-all that gave up by `callNotFound()`
 * matched nothing; any other route stays what the visitor asked for.
 *
 * @param matched `request.routeOptions.url` as it was when the request came in.
 */
export function fastifyRouteTemplate(
  request: FastifyRouteRequest,
  matched: string | undefined,
): string | undefined {
  return request.is404 && matched?.endsWith('*') ? undefined : matched
}
