type WorkState = 'pending' | 'resolved' | 'rejected'

/** A platform that keeps a process alive for the promises that it is given. */
export interface Platform {
  readonly waitUntil: (work: Promise<unknown>) => void
  /** What became of each promise so far, in the order in which they were given. */
  states(): WorkState[]
}

/** A platform that only remembers what it is given. */
export function createPlatform(): Platform {
  const works: { state: WorkState }[] = []
  const waitUntil = (work: Promise<unknown>) => {
    const entry: (typeof works)[number] = { state: 'pending' }
    works.push(entry)
    work.then(
      () => (entry.state = 'resolved'),
      () => (entry.state = 'rejected'),
    )
  }
  return { waitUntil, states: () => works.map(({ state }) => state) }
}
