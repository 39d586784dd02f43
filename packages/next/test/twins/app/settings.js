/** Both builds have one place and one id, so that their pages differ in nothing but what Hedgerow does. */
export const settings = {
  distDir: process.env.TWIN,
  generateBuildId: () => 'twin',
  // Numbers of modules depend on how many there are, on the server too.
  experimental: { turbopackModuleIds: 'named' },
  redirects: async () => [{ source: '/configured', destination: '/plain', permanent: true }],
  rewrites: async () => [{ source: '/renamed', destination: '/dynamic' }],
}
