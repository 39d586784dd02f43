/** A book of the library. */
export interface Book {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly isNew: boolean
}

/** All books, in the order of the shelf. */
export const catalogue: readonly Book[] = [
  {
    id: 'hedge-laying',
    title: 'Hedge laying by hand',
    about: 'Billhook, stakes and patience.',
    isNew: false,
  },
  {
    id: 'field-notes',
    title: 'Field notes of a beekeeper',
    about: 'A year beside four hives.',
    isNew: false,
  },
  {
    id: 'dry-stone',
    title: 'Walls of dry stone',
    about: 'How to build what stands by itself.',
    isNew: false,
  },
  { id: 'owl-year', title: 'The year of the barn owl', about: 'Sixty drawings, one family.', isNew: true },
  { id: 'meadow-tea', title: 'Tea from the meadow', about: 'What to pick, and what to leave.', isNew: true },
]

/** The book with this id. */
export function bookById(id: string): Book | undefined {
  return catalogue.find((book) => book.id === id)
}
