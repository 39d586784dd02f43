/** Something that the shop sells. */
export interface Product {
  readonly id: string
  readonly name: string
  readonly tagline: string
  readonly description: string
  readonly cents: number
}

/** Everything there is to buy. */
export const catalogue: readonly Product[] = [
  {
    id: 'watering-can',
    name: 'Copper watering can',
    tagline: 'Two litres, pours where you point it',
    description:
      'A long spout for the back row and a rose that comes off. The copper turns brown, then green.',
    cents: 4200,
  },
  {
    id: 'nest-box',
    name: 'Birch nest box',
    tagline: 'For tits and sparrows',
    description:
      'Untreated birch with a 32 mm entrance. The roof lifts off, so that you can clean it in autumn.',
    cents: 2650,
  },
  {
    id: 'twine',
    name: 'Flax twine',
    tagline: '50 m, for beans, parcels and doors',
    description: 'Holds for one summer and composts in the next. On a wooden spool with a blade in its rim.',
    cents: 690,
  },
  {
    id: 'seed-tray',
    name: 'Oak seed tray',
    tagline: 'Thirty seedlings on a windowsill',
    description: 'Five rows of six, with a drip tray beneath. Dovetailed, because screws rust.',
    cents: 3100,
  },
  {
    id: 'secateurs',
    name: 'Hawthorn secateurs',
    tagline: 'Forged, for thumb-thick wood',
    description: 'Opens one-handed, left or right. Every part can be replaced, the spring first.',
    cents: 3890,
  },
  {
    id: 'lantern',
    name: 'Storm lantern',
    tagline: 'One candle, four windows',
    description: 'Keeps a tea light burning on a windy evening. Hang it, or set it on the wall.',
    cents: 2275,
  },
]

/** The product with this id, if there is one. */
export function productById(id: unknown): Product | undefined {
  return catalogue.find((product) => product.id === id)
}

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' })

/** An amount as customers read it, such as `€6.90`. */
export function priceText(cents: number): string {
  return money.format(cents / 100)
}
