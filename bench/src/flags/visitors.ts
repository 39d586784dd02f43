import { seededRandom } from 'testkit'
import { countries, mostSeats, plans } from './flag-plan.ts'

/** What is known of a visitor. */
export interface PersonProperties {
  readonly plan: string
  readonly seats: number
  readonly country: string
  readonly email: string
}

/** Whom flags are evaluated for. */
export interface Visitor {
  /** Shaped like a UUID. */
  readonly distinctId: string
  readonly properties: PersonProperties
}

/** A prime, so that walking through flags and visitors at once brings every flag to every visitor. */
export const poolSize = 997

/** @returns always the same visitors, all with ids of their own. */
export function visitorPool(): Visitor[] {
  const next = visitorSource()
  return Array.from({ length: poolSize }, () => next())
}

/** Makes visitors who were not there before, one a call. */
export function visitorSource(): () => Visitor {
  const random = seededRandom(97)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  let count = 0
  return () => {
    const number = count++
    return {
      distinctId: idOf(number, random),
      properties: {
        plan: pick(plans),
        seats: 1 + Math.floor(random() * mostSeats),
        country: pick(countries),
        email: `visitor.${number}@example.${pick(['com', 'net', 'org'])}`,
      },
    }
  }
}

/** The number makes it unlike all others; the rest is as random as ids are. */
function idOf(number: number, random: () => number): string {
  const hex = (digits: number) => {
    const value = Math.floor(random() * 16 ** digits)
    return value.toString(16).padStart(digits, '0')
  }
  const variant = '89ab'[Math.floor(random() * 4)]!
  return `${hex(8)}-${hex(4)}-7${hex(3)}-${variant}${hex(3)}-${hex(4)}${number.toString(16).padStart(8, '0')}`
}
