/** Major, minor and patch. */
export type Semver = readonly [major: number, minor: number, patch: number]

/** Reads `1`, `1.2`, `v1.2.3-beta+5` and the like; parts after the third are ignored. Undefined for anything else. */
export function parseSemver(value: unknown): Semver | undefined {
  const [base = ''] = bareVersion(value).split(/[-+]/, 1)
  if (base === '' || base.startsWith('.')) return undefined
  const [major, minor, patch] = base.split('.')
  return semverFrom(parsePart(major || '0'), parsePart(minor || '0'), parsePart(patch || '0'))
}

/** -1, 0 or 1, as for sorting. */
export function compareSemver(left: Semver, right: Semver): number {
  for (let part = 0; part < 3; part++) {
    if (left[part]! !== right[part]!) return left[part]! < right[part]! ? -1 : 1
  }
  return 0
}

/** Versions from `lower`, to below `upper`. */
export interface SemverRange {
  readonly lower: Semver
  readonly upper: Semver
}

/** Ranges by operator; undefined when the filter cannot be read. A bare `~1` means the minor version 1.0 alone. */
export const semverRanges = {
  semver_tilde: (filter: unknown): SemverRange | undefined => {
    const lower = parseSemver(filter)
    return lower && { lower, upper: [lower[0], lower[1] + 1, 0] }
  },
  semver_caret: (filter: unknown): SemverRange | undefined => {
    const lower = parseSemver(filter)
    if (!lower) return undefined
    const [major, minor, patch] = lower
    const upper: Semver = major > 0 ? [major + 1, 0, 0] : minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1]
    return { lower, upper }
  },
  /** `1.*` and `1.2.*`; without a star it means the same, and a third part is ignored. */
  semver_wildcard: (filter: unknown): SemverRange | undefined => {
    const parts = bareVersion(filter).replace(/\.\*$/, '').replace(/\*$/, '').split('.')
    const major = parsePart(parts[0]!)
    if (major === undefined) return undefined
    if (parts.length === 1) return { lower: [major, 0, 0], upper: [major + 1, 0, 0] }
    const minor = parsePart(parts[1]!)
    return minor === undefined ? undefined : { lower: [major, minor, 0], upper: [major, minor + 1, 0] }
  },
} as const

function bareVersion(value: unknown): string {
  return String(value).trim().replace(/^[vV]/, '')
}

function parsePart(part: string): number | undefined {
  return /^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : undefined
}

function semverFrom(
  major: number | undefined,
  minor: number | undefined,
  patch: number | undefined,
): Semver | undefined {
  return major === undefined || minor === undefined || patch === undefined ? undefined : [major, minor, patch]
}
