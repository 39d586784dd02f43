/** Value of a flag: off, on, or the name of a variant. */
export type FlagValue = boolean | string

/**
 * Names the flags of your project, so that a typing error in a key or a variant does not compile. Empty, any text is a
 * key. Each member is a flag: the values that it can have, and what its payload is.
 *
 * @example
 * declare module '@hedgerow/core' {
 *   interface FlagRegistry {
 *     'new-checkout': { value: boolean }
 *     hero: { value: false | 'a' | 'b'; payload: { title: string } }
 *   }
 * }
 */
export interface FlagRegistry {}

/** A flag's key: one of the registry's, or any text when it is empty. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- never only while nobody has filled the registry
export type FlagKey = keyof FlagRegistry extends never ? string : keyof FlagRegistry & string

/** The values that a flag can have. */
export type FlagVariant<Key extends string> = Key extends keyof FlagRegistry
  ? FlagRegistry[Key] extends { value: infer Value extends FlagValue }
    ? Value
    : FlagValue
  : FlagValue

/** What a flag's payload is. */
export type FlagPayload<Key extends string> = Key extends keyof FlagRegistry
  ? FlagRegistry[Key] extends { payload: infer Payload }
    ? Payload
    : unknown
  : unknown
