export const settings = {
  distDir: process.env.TWIN,
  cacheComponents: true,
  partialPrefetching: true,
  generateBuildId: () => 'twin',
}
