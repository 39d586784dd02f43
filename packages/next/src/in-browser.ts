// What a build for a browser finds. It ends here, with the name of the client component that brought it.
// @ts-expect-error -- there is no such module, and its name is what the build says
// oxlint-disable-next-line no-restricted-imports, import/no-unassigned-import -- as above
import '@hedgerow/next works on the server alone, so client components import @hedgerow/next/client'

// So that the build has nothing else to say.
export * from './index.ts'
