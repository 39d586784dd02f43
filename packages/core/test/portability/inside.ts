import {
  type FlagCallOptions,
  type Fetch,
  type FlagSnapshot,
  type FlagValue,
  HedgerowClient,
  HedgerowError,
} from '@hedgerow/core'
import { subjectFrom } from '../flags/recorded-subject.ts'
import type { RecordedAnswer, RecordedWorld } from '../flags/recorded-worlds.ts'

// All of this file is bundled and runs in the realm of an edge runtime.

export { factsFromNode } from '@hedgerow/core/adapter'
export { FlagSet } from '@hedgerow/core/evaluation'
export { defaultRuntime } from '../../src/runtime/default-runtime.ts'
export { HedgerowClient, HedgerowError }

/** What the flags of a recorded world answer here, in the recording's own form. */
export interface WorldAnswers {
  /** From a call for each flag. */
  readonly alone: Record<string, RecordedAnswer[]>
  /** From a snapshot. */
  readonly together: Record<string, RecordedAnswer[]>
  readonly reasons: Record<string, string>
}

/**
 * Evaluates every flag of a recorded world for each of its subjects.
 *
 * @param world as JSON text, so that its values are made here.
 */
export async function answersIn(world: string): Promise<string> {
  // The test has written it.
  const { definitions, options, contexts, expect, now } = JSON.parse(world) as RecordedWorld
  const client = new HedgerowClient('phc_test', {
    ...localOnly,
    fetch: serving(definitions),
    evaluationContexts: options?.evaluationContexts,
    runtime: { now: () => Date.parse(now) },
  })
  const answers: WorldAnswers = { alone: {}, together: {}, reasons: {} }
  for (const context of contexts) {
    const { distinctId, ...subject } = subjectFrom(context)
    const snapshot = await client.evaluateFlags(distinctId, subject)
    for (const key of Object.keys(expect)) {
      const answer = snapshotAnswer(snapshot, key)
      ;(answers.alone[key] ??= []).push(await calledAnswer(client, key, distinctId, subject))
      ;(answers.together[key] ??= []).push(answer)
      answers.reasons[key] = (answers.reasons[key] ?? '') + letterOf(snapshot, key, answer)
    }
  }
  await client.shutdown()
  return JSON.stringify(answers)
}

/**
 * The values of one flag for `distinct_id_0` to `distinct_id_999`.
 *
 * @param flag as JSON text too.
 */
export async function thousandValuesOf(flag: string): Promise<string> {
  // The test has written it.
  const definition = JSON.parse(flag) as { key: string }
  const client = new HedgerowClient('phc_test', { ...localOnly, fetch: serving({ flags: [definition] }) })
  const values: (FlagValue | null)[] = []
  for (let n = 0; n < 1000; n++)
    values.push((await client.getFeatureFlag(definition.key, `distinct_id_${n}`)) ?? null)
  await client.shutdown()
  return JSON.stringify(values)
}

const localOnly = { secretKey: 'phs_test', sendFeatureFlagEvent: false, strictLocalEvaluation: true }

/** A network that has these definitions and nothing else. */
function serving(definitions: unknown): Fetch {
  return (url) => {
    const found = url.includes('/flags/definitions?')
    return Promise.resolve({
      status: found ? 200 : 404,
      json: () => Promise.resolve(definitions),
      text: () => Promise.resolve(JSON.stringify(definitions)),
    })
  }
}

const letters = {
  experience_continuity: 'e',
  unsupported_definition: 'u',
  unresolved_dependency: 'd',
  missing_context: 'm',
} as const

async function calledAnswer(
  client: HedgerowClient,
  key: string,
  distinctId: string,
  subject: FlagCallOptions,
): Promise<RecordedAnswer> {
  const result = await client.getFeatureFlagResult(key, distinctId, subject)
  return result ? answerOf(result.variant ?? result.enabled, result.payload) : null
}

function snapshotAnswer(snapshot: FlagSnapshot, key: string): RecordedAnswer {
  return answerOf(snapshot.getFlag(key), snapshot.getFlagPayload(key))
}

function answerOf(value: FlagValue | undefined, payload: unknown): RecordedAnswer {
  if (value === undefined) return null
  // A payload that decodes to null reads as none.
  return (payload ?? null) === null ? value : [value, payload]
}

/** A flag that is not meant for this place is neither decided nor undecided. */
function letterOf(snapshot: FlagSnapshot, key: string, answer: RecordedAnswer): string {
  const reason = snapshot.unresolvedFlags[key]
  if (reason) return letters[reason]
  return answer === null ? '?' : '.'
}
