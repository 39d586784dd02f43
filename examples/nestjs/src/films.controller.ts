import { Capture } from '@hedgerow/nestjs'
import { Controller, Get, Param, Version } from '@nestjs/common'
import type { Film } from './film.ts'
import { Programme } from './programme.ts'

/** The programme for programs, in two versions. */
@Controller({ path: 'films', version: ['1', '2'] })
export class FilmsController {
  constructor(private readonly programme: Programme) {}

  @Get()
  @Version('1')
  titles(): string[] {
    return this.programme.films.map(({ title }) => title)
  }

  @Get()
  @Version('2')
  films(): readonly Film[] {
    return this.programme.films
  }

  @Get(':id')
  @Capture('film looked up', ({ id, minutes }: Film) => ({ film: id, minutes }))
  film(@Param('id') id: string): Film {
    return this.programme.film(id)
  }
}
