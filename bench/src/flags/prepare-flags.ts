import type { Prepared } from '../runner/prepared.ts'
import type { AsyncFlagReader, FlagReader, FlagValue, SyncFlagReader } from './flag-reader.ts'
import { type FlagWorkload, flagWorld, type FlagWorld } from './flag-workload.ts'
import type { Visitor } from './visitors.ts'

/** A module of a subject that evaluates flags. */
export interface FlagSubjectModule {
  open(world: FlagWorld): Promise<FlagReader>
  prepare(workload: FlagWorkload): Promise<Prepared>
}

/** Makes the `prepare` of a subject: every flag was evaluated once, so that what is done at first use is done. */
export function prepareFlags(open: FlagSubjectModule['open']): FlagSubjectModule['prepare'] {
  return async function prepare({ definitions, unit }) {
    const world = flagWorld({ definitions })
    const reader = await open(world)
    await reader.all(world.visitors[0]!, () => {})
    const run = reader.isAsync ? asyncRun(reader, world, unit) : syncRun(reader, world, unit)
    return { run, close: () => reader.close() }
  }
}

function syncRun(reader: SyncFlagReader, world: FlagWorld, unit: FlagWorkload['unit']): Prepared['run'] {
  const walk = new Walk(world)
  if (unit === 'all') {
    return (units) => {
      let on = 0
      const see = (_key: string, value: FlagValue) => {
        if (isOn(value)) on++
      }
      for (let done = 0; done < units; done++) reader.all(walk.visitor(), see)
      return on
    }
  }
  return (units) => {
    let on = 0
    for (let done = 0; done < units; done++) if (isOn(reader.one(walk.key(), walk.visitor()))) on++
    return on
  }
}

function asyncRun(reader: AsyncFlagReader, world: FlagWorld, unit: FlagWorkload['unit']): Prepared['run'] {
  const walk = new Walk(world)
  if (unit === 'all') {
    return async (units) => {
      let on = 0
      const see = (_key: string, value: FlagValue) => {
        if (isOn(value)) on++
      }
      for (let done = 0; done < units; done++) await reader.all(walk.visitor(), see)
      return on
    }
  }
  return async (units) => {
    let on = 0
    for (let done = 0; done < units; done++) if (isOn(await reader.one(walk.key(), walk.visitor()))) on++
    return on
  }
}

/** So many flags take turns at being the one: larger sets then ask for the same ones, and differ in their size alone. */
const flagsInTurn = 100

/** Goes round the flags and round the visitors, one of each at every unit. */
class Walk {
  readonly #keys: readonly string[]
  readonly #visitors: readonly Visitor[]
  #nextKey = 0
  #nextVisitor = 0

  constructor({ flags, visitors }: FlagWorld) {
    this.#keys = flags.slice(0, flagsInTurn).map(({ key }) => key)
    this.#visitors = visitors
  }

  key(): string {
    const key = this.#keys[this.#nextKey]!
    this.#nextKey = this.#nextKey + 1 === this.#keys.length ? 0 : this.#nextKey + 1
    return key
  }

  visitor(): Visitor {
    const visitor = this.#visitors[this.#nextVisitor]!
    this.#nextVisitor = this.#nextVisitor + 1 === this.#visitors.length ? 0 : this.#nextVisitor + 1
    return visitor
  }
}

function isOn(value: FlagValue): boolean {
  return value !== undefined && value !== false
}
