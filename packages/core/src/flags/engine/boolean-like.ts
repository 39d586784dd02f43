/**
 * A boolean, a string `true` or `false` in any case, or an array of nothing else: what older `exact` filters compare as
 * truth.
 */
export function isBooleanLike(value: unknown): boolean {
  if (typeof value === 'string') return isWord(value, 'true') || isWord(value, 'false')
  return typeof value === 'boolean' || (Array.isArray(value) && everyItem(value, isBooleanLike))
}

/** Whether such a value stands for true; of an array every item must. Anything else does not. */
export function isTruthy(value: unknown): boolean {
  if (typeof value === 'string') return isWord(value, 'true')
  return value === true || (Array.isArray(value) && everyItem(value, isTruthy))
}

function isWord(value: string, word: string): boolean {
  return value.length === word.length && value.toLowerCase() === word
}

/** Like `every`, but a hole counts as an item. */
function everyItem(array: readonly unknown[], test: (item: unknown) => boolean): boolean {
  for (let index = 0; index < array.length; index++) if (!test(array[index])) return false
  return true
}
