export const settings = { cacheComponents: true, partialPrefetching: true }
