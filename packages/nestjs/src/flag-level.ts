import { SetMetadata } from '@nestjs/common'
import { Reflector } from '@nestjs/core'

const key = 'hedgerow:flag'
const reflector = new Reflector()

/** Says that a handler or controller decides by itself which flags it needs. */
export const OwnSay = (): ClassDecorator & MethodDecorator => SetMetadata(key, true)

/** Whether it does. */
export function hasOwnSay(target: Parameters<Reflector['get']>[1]): boolean {
  return reflector.get<true | undefined>(key, target) === true
}
