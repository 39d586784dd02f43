/** In the order in which they are listed; what became of a failed request comes after them. */
const order = [
  'errors_while_computing_flags',
  'quota_limited',
  'flag_missing',
  'local_evaluation_inconclusive',
]

/**
 * What went wrong in reading one flag, as `$feature_flag_error` says it: joined by commas, each once. A flag is called
 * missing only where an answer without it came in: a definition that could not be decided here, and a request that
 * failed, stand in the place of that.
 *
 * @returns undefined when nothing went wrong.
 */
export function flagErrorText(errors: readonly string[]): string | undefined {
  const said = new Set(errors)
  const failures = [...said].filter((error) => !order.includes(error))
  if (failures.length > 0 || said.has('local_evaluation_inconclusive')) said.delete('flag_missing')
  return [...order.filter((error) => said.has(error)), ...failures].join(',') || undefined
}
