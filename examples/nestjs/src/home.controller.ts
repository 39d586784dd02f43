import { CurrentScope, Flag, type FlagValue, type RequestScope } from '@hedgerow/nestjs'
import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common'
import { Programme } from './programme.ts'

/** The page for people; it counts as a pageview. */
@Controller({ version: VERSION_NEUTRAL })
export class HomeController {
  constructor(private readonly programme: Programme) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(@CurrentScope() scope: RequestScope, @Flag('poster-size', 'small') size: FlagValue): string {
    const films = this.programme.films.map(({ title, minutes }) => `<li>${title}, ${minutes} min</li>`)
    return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Cinema</title></head>
  <body>
    <h1 style="font-size: ${size === 'large' ? '4rem' : '2rem'}">Now showing</h1>
    <ul>${films.join('')}</ul>
    <p>You are ${escaped(scope.distinctId)}, known from ${scope.identitySource}.</p>
  </body>
</html>`
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
