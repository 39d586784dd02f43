import { ConfigError, decideGate, type FlagKey, type RequestScope } from '@hedgerow/core'
import { type GateOptions, type GateRefusal, resolveGateRule } from '@hedgerow/core/adapter'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Answers like a handler of Fastify: sends, returns what is to be sent, or throws; now or later. */
export type Refusal = (request: FastifyRequest, reply: FastifyReply) => unknown

/** What happens to a request that a gate does not let through: the app's own 404 or error page, a redirect, a handler. */
export type Otherwise = GateRefusal<Refusal>

/** Options of `requireFlag` and of a route's `flag`. */
export type FlagGateOptions<Key extends FlagKey = FlagKey> = GateOptions<Refusal, Key>

/** Goes on with a request, or hands its error to Fastify. */
export type Done = (error?: Error) => void

/** Goes on with a request or answers it. */
export type Gate = (scope: RequestScope, request: FastifyRequest, reply: FastifyReply, done: Done) => void

/**
 * A gate that loads what it needs to know by itself.
 *
 * @param owner what the options were given to, as its user knows it.
 * @throws ConfigError for a key or option that cannot work.
 */
export function createGate<Key extends FlagKey>(
  owner: string,
  key: Key,
  options: FlagGateOptions<Key>,
): Gate {
  const rule = resolveGateRule<Key>(owner, { ...options, key })
  const refuse = refusalOf(owner, options.otherwise ?? 'not-found')

  return function gate(scope, request, reply, done) {
    // `load` never rejects; what goes wrong behind `done` is Fastify's, as it is without us.
    void scope.flags.load(key).then((flags) => {
      if (decideGate<Key>(flags, rule).allow) done()
      else refuse(request, reply, done)
    })
  }
}

function refusalOf(
  owner: string,
  otherwise: Otherwise,
): (request: FastifyRequest, reply: FastifyReply, done: Done) => void {
  if (typeof otherwise === 'function') return answering(otherwise)
  if (otherwise === 'not-found') return (_request, reply) => reply.callNotFound()
  if (otherwise === 'forbidden') return (_request, _reply, done) => done(forbidden())
  if (typeof otherwise?.redirect === 'string') {
    const { redirect } = otherwise
    return (_request, reply) => void reply.redirect(redirect)
  }
  throw new ConfigError(
    `${owner} needs 'not-found', 'forbidden', { redirect } or a function as its otherwise`,
  )
}

function answering(refuse: Refusal): (request: FastifyRequest, reply: FastifyReply, done: Done) => void {
  return (request, reply, done) => {
    const answer = async () => {
      const payload = await refuse(request, reply)
      if (payload !== undefined && !reply.sent) reply.send(payload)
    }
    answer().catch(done)
  }
}

/** Fastify's default error handler, and those of applications, take the status from the error. */
function forbidden(): Error {
  return Object.assign(new Error('Forbidden'), { statusCode: 403 })
}
