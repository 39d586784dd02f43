import type { FlagFile, PropertyFilter } from '../src/index.ts'

/** A flags file that uses everything once: group 0 is a company, cohort 1 is worked out here, 99 is PostHog's alone. */
export const sampleFlags = {
  flags: [
    {
      id: 11,
      key: 'beta',
      name: 'Beta programme',
      version: 4,
      active: true,
      has_experiment: true,
      filters: {
        groups: [
          {
            properties: [
              { key: 'plan', value: ['pro', 'team'], operator: 'exact', type: 'person' },
              { key: 'email', value: '@example.com', operator: 'ends_with', type: 'person' },
            ],
            rollout_percentage: 100,
          },
          { properties: [{ key: 'country', value: 'NZ' }], rollout_percentage: 0 },
        ],
        payloads: { true: '{"seats":5}' },
      },
    },
    {
      key: 'hero',
      filters: {
        groups: [
          { properties: [{ key: 'plan', value: 'pro' }], variant: 'gold' },
          { properties: [], rollout_percentage: 100 },
        ],
        multivariate: {
          variants: [
            { key: 'a', name: 'plain', rollout_percentage: 50 },
            { key: 'b', rollout_percentage: 50 },
            { key: 'gold', rollout_percentage: 0 },
          ],
        },
        payloads: { a: '"A"', gold: { badge: true } },
      },
    },
    { key: 'half', filters: { groups: [{ properties: [], rollout_percentage: 50 }] } },
    {
      key: 'company-wide',
      filters: {
        aggregation_group_type_index: 0,
        groups: [
          { properties: [{ key: 'seats', value: 10, operator: 'gte', type: 'group' }] },
          { properties: [{ key: '$group_key', value: 'acme', type: 'group' }] },
        ],
      },
    },
    {
      key: 'inside',
      filters: { groups: [{ properties: [{ key: 'id', type: 'cohort', value: 1, operator: 'in' }] }] },
    },
    {
      key: 'outside',
      filters: { groups: [{ properties: [{ type: 'cohort', value: '1', operator: 'not_in' }] }] },
    },
    {
      key: 'needs-posthog',
      filters: { groups: [{ properties: [{ key: 'id', type: 'cohort', value: 99 }] }] },
    },
    {
      key: 'after-beta',
      filters: {
        groups: [
          {
            properties: [
              {
                key: 'beta',
                type: 'flag',
                value: true,
                operator: 'flag_evaluates_to',
                dependency_chain: ['beta'],
              },
            ],
          },
        ],
      },
    },
    {
      key: 'device',
      bucketing_identifier: 'device_id',
      filters: { groups: [{ properties: [], rollout_percentage: 50 }] },
    },
    {
      key: 'held-out',
      filters: { groups: [{ properties: [] }], holdout: { id: 7, exclusion_percentage: 100 } },
    },
    {
      key: 'first-come',
      filters: {
        early_exit: true,
        groups: [{ properties: [], rollout_percentage: 0 }, { properties: [] }],
      },
    },
    { key: 'retired', active: false, filters: { groups: [{ properties: [] }] } },
  ],
  cohorts: {
    '1': {
      type: 'OR',
      values: [
        { type: 'AND', values: [{ key: 'plan', value: 'team', type: 'person' }] },
        {
          type: 'AND',
          values: [
            { key: 'email', value: '@staff.example', operator: 'icontains', type: 'person' },
            { key: 'country', value: 'NZ', type: 'person', negation: true },
          ],
        },
      ],
    },
  },
  group_type_mapping: { '0': 'company' },
  property_matching_version: 2,
} satisfies FlagFile

/** A file with one flag whose only condition is this. */
export function fileWithFilter(filter: PropertyFilter): FlagFile {
  return { flags: { flag: { filters: { groups: [{ properties: [filter] }] } } } }
}
