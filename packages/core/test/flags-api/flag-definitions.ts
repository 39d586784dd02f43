/** A flag as PostHog defines it, with release conditions. */
export function defined(
  key: string,
  conditions: readonly unknown[] = [everyone],
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { filters, ...fields } = { filters: {}, ...more }
  return { key, active: true, filters: { groups: conditions, ...Object(filters) }, ...fields }
}

/** Matches all. */
export const everyone = { properties: [], rollout_percentage: 100 }

/** Matches nobody. */
export const nobody = { properties: [], rollout_percentage: 0 }

/** Matches persons on this plan. Nobody else can be decided without their plan. */
export function onPlan(plan: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { properties: [{ key: 'plan', type: 'person', operator: 'exact', value: plan }], ...more }
}

/** Filters of a flag that gives everybody who matches this variant, with a payload by variant. */
export function variants(variant: string, payloads: Readonly<Record<string, unknown>> = {}) {
  return { filters: { multivariate: { variants: [{ key: variant, rollout_percentage: 100 }] }, payloads } }
}

/** A flag that can never be decided here, because it keeps a person's value across login. */
export function continuous(key: string): Record<string, unknown> {
  return defined(key, [everyone], { ensure_experience_continuity: true })
}
