import { OwnSay } from './flag-level.ts'

/** Frees a handler from the flags of its controller and global ones, or a controller from global ones. */
export function SkipFlag(): ClassDecorator & MethodDecorator {
  return OwnSay()
}
