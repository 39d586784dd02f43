import { RequireFlag, SkipFlag } from '@hedgerow/nestjs'
import { Controller, Get } from '@nestjs/common'
import type { Film } from './film.ts'
import { Programme } from './programme.ts'

/** Who does not have the flag finds nothing here, but for what is said about it. */
@Controller({ path: 'previews', version: '1' })
@RequireFlag('previews')
export class PreviewsController {
  constructor(private readonly programme: Programme) {}

  @Get()
  previews(): readonly Film[] {
    return this.programme.previews
  }

  @Get('posters')
  @RequireFlag('poster-size', { variant: 'large', otherwise: 'forbidden' })
  posters(): string[] {
    return this.programme.previews.map(({ id }) => `/posters/${id}.png`)
  }

  @Get('about')
  @SkipFlag()
  about(): { about: string } {
    return { about: 'Films that nobody has seen yet.' }
  }
}
