/** In the order in which they are listed; what became of a failed request comes after them. */
const order = [
  'errors_while_computing_flags',
  'quota_limited',
  'flag_missing',
  'local_evaluation_inconclusive',
]

/**
 * What went wrong in reading one flag, as `$feature_flag_error` says it: joined by commas, each once. A definition that
 * could not be decided here says more than a flag that is missing, and stands in its place.
 *
 * @returns undefined when nothing went wrong.
 */
export function flagErrorText(errors: readonly string[]): string | undefined {
  const isInconclusive = errors.includes('local_evaluation_inconclusive')
  const said = new Set(errors)
  if (isInconclusive) said.delete('flag_missing')
  const listed = order.filter((error) => said.has(error))
  const others = [...said].filter((error) => !order.includes(error))
  return [...listed, ...others].join(',') || undefined
}
