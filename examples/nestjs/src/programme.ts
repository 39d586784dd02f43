import { Injectable, NotFoundException } from '@nestjs/common'
import { Film } from './film.ts'

/** What the cinema shows. */
@Injectable()
export class Programme {
  readonly films: readonly Film[] = [
    new Film('hedge-school', 'Hedge school', 94),
    new Film('the-long-furrow', 'The long furrow', 127),
    new Film('nine-gates', 'Nine gates', 88),
  ]
  /** Ahead of everybody else's. */
  readonly previews: readonly Film[] = [new Film('blackthorn', 'Blackthorn', 102)]

  /** @throws NotFoundException when the cinema does not show it. */
  film(id: string): Film {
    const found = [...this.films, ...this.previews].find((film) => film.id === id)
    if (!found) throw new NotFoundException(`no film is called ${id}`)
    return found
  }
}
