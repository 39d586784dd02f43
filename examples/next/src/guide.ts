/** One page of the guide. */
export interface GuidePage {
  readonly slug: string
  readonly title: string
  readonly summary: string
  readonly paragraphs: readonly string[]
}

/** What the shop knows about gardens, in the order of the year. */
export const guide: readonly GuidePage[] = [
  {
    slug: 'sowing',
    title: 'Sowing indoors',
    summary: 'Trays, light and patience, from February on',
    paragraphs: [
      'Fill the tray with sieved soil, press it flat, and sow thinly: seedlings that stand close grow long and weak.',
      'Cover seeds as deep as they are thick, and those as fine as dust not at all. Water from below, by the drip tray.',
      'A windowsill to the south is warm but one-sided. Turn the tray each day, so that nothing leans.',
    ],
  },
  {
    slug: 'watering',
    title: 'Watering well',
    summary: 'Seldom and much, early in the day',
    paragraphs: [
      'Water early, before the sun is on the bed. A rose with fine holes wets the soil without washing it away.',
      'Roots follow the water: a little every evening keeps them at the top, where the next dry week finds them.',
    ],
  },
  {
    slug: 'pruning',
    title: 'Pruning roses',
    summary: 'When the forsythia is in bloom',
    paragraphs: [
      'Take out what is dead, then what crosses, then what grows inwards. What remains is the shape of a vase.',
      'Cut just above a bud that points outwards, at a slant, so that rain runs off on the far side.',
    ],
  },
  {
    slug: 'nest-boxes',
    title: 'Hanging nest boxes',
    summary: 'In autumn, for the spring after it',
    paragraphs: [
      'Two or three metres up, with the entrance to the south-east: away from the rain, and from the noon sun.',
      'Hang it in autumn. Birds look for a place to sleep in winter, and stay where they slept.',
    ],
  },
]

/** The page with this name, if there is one. */
export function guidePage(slug: string): GuidePage | undefined {
  return guide.find((page) => page.slug === slug)
}
