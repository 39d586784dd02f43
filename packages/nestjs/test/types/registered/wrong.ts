import { Flag, RequireFlag, RequireFlagGuard } from '@hedgerow/nestjs'

RequireFlag('heroo')
RequireFlag('hero', { variant: 'c' })
RequireFlag('new-checkout', { variant: 'a' })
Flag('heroo')
Flag('hero', 'c')
export const guard = new RequireFlagGuard('heroo')
