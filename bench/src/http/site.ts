import { flagPlans } from '../flags/flag-plan.ts'
import type { FlagValue } from '../flags/flag-reader.ts'
import { definitionProvider, definitionsBody } from '../flags/shared-definitions.ts'

/** Of the project that events go to. */
export const token = 'phc_bench'

/** Flags that the distinct id alone decides, since a request knows nothing else of its visitor. */
const plans = flagPlans(20)
  .filter(({ kind }) => kind === 'rollout' || kind === 'multivariate')
  .slice(0, 10)

/** The ten flags that a page reads. */
export const flagKeys: readonly string[] = plans.map(({ key }) => key)

/** Gives a client the definitions of these flags, without a network. */
export function siteDefinitions() {
  return definitionProvider(definitionsBody(plans))
}

/** The page of a product, as every app renders it. It shows the flags' values; an app without flags has none to show. */
export function productPage(slug: string, values: readonly FlagValue[]): string {
  return `<!doctype html><title>${slug}</title><h1>${slug}</h1><p>Flags: <output>${values.join(' ')}</output></p>`
}

/** What the API answers, in every app. */
export const cart = { items: [{ product: 'kettle', count: 1 }], total: 39 }
