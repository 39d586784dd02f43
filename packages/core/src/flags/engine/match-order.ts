import type { ValueTest } from './match-exact.ts'
import { no, yes } from './outcome.ts'

type Order = 'gt' | 'gte' | 'lt' | 'lte'

const orders = {
  gt: (left: number | string, right: number | string) => left > right,
  gte: (left: number | string, right: number | string) => left >= right,
  lt: (left: number | string, right: number | string) => left < right,
  lte: (left: number | string, right: number | string) => left <= right,
} as const

/** The test of an order operator: of numbers where both sides begin with a finite one, else of texts by UTF-16 units. */
export function orderTest(order: Order, filter: unknown): ValueTest {
  const holds = orders[order]
  const bound = numberFrom(filter)
  const boundText = String(filter)
  return (value) => {
    const number = numberFrom(value)
    const matches =
      Number.isFinite(number) && Number.isFinite(bound)
        ? holds(number, bound)
        : holds(String(value), boundText)
    return matches ? yes : no
  }
}

function numberFrom(value: unknown): number {
  return typeof value === 'number' ? value : parseFloat(String(value))
}
