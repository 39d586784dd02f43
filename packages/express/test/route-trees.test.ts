import type { Express, Router } from 'express'
import { seededRandom } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type ExpressModule, majors, startSite } from './test-site.ts'

/** A route within routers and applications: the template of each mount and of the route, and a path that it serves. */
interface Branch {
  readonly templates: readonly string[]
  /** How many of the mounts, outermost first, are applications; the others are routers. */
  readonly applications: number
  readonly path: string
}

const values = [
  '7',
  'acme',
  '2024-06-15',
  'a.b',
  'caf%C3%A9',
  'x%2Fy',
  'v2',
  '550e8400-e29b-41d4-a716-446655440000',
]

function pick<T>(random: () => number, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0]
}

/**
 * Up to four mounts deep; a first segment of its own keeps branches from serving each other's paths.
 *
 * @param wildcard as this major writes the rest of a path.
 */
function randomBranch(random: () => number, index: number, wildcard: string): Branch {
  let parameters = 0
  let path = ''
  const segment = (): string => {
    if (random() < 0.5) {
      const value = pick(random, values as [string, ...string[]])
      path += `/${value}`
      return `/:p${++parameters}`
    }
    const word = pick(random, ['shops', 'items', 'x', 'edit'])
    path += `/${word}`
    return `/${word}`
  }
  const segments = (most: number) => Array.from({ length: 1 + Math.floor(random() * most) }, segment).join('')
  path = `/b${index}`
  const first = `/b${index}${segments(2)}`
  const mounts = Array.from({ length: Math.floor(random() * 3) }, () => segments(2))
  const last = (): string => {
    const choice = random()
    if (choice < 0.2) return '/'
    const written = segments(2)
    if (choice > 0.4) return written
    path += `/${pick(random, ['a', 'a/b', 'a/b/c.txt'])}`
    return `${written}/${wildcard}`
  }
  const templates = [first, ...mounts, last()]
  return { templates, path, applications: Math.floor(random() * templates.length) }
}

function build(express: ExpressModule, app: Express, branch: Branch, random: () => number): void {
  const { templates, applications } = branch
  let parent: Router = app
  templates.slice(0, -1).forEach((mount, depth) => {
    if (random() < 0.3) parent.use(mount, (_req, _res, next) => next())
    if (depth < applications) {
      const inner = express()
      parent.use(mount, inner)
      parent = inner
      return
    }
    const router = express.Router({ mergeParams: random() < 0.5 })
    if (random() < 0.3) parent.use('/elsewhere', router)
    parent.use(mount, router)
    parent = router
  })
  parent.get(templates.at(-1) ?? '/', (req, res) => res.send(JSON.stringify(req.params)))
}

/** The template with each parameter, and the wildcard at its end, replaced by what the path has in its place. */
function filled(template: string, path: string): string {
  const actual = path.split('/')
  return template
    .split('/')
    .map((segment, at) => {
      if (segment.startsWith('*')) return actual.slice(at).join('/')
      return segment.startsWith(':') ? (actual[at] ?? '') : segment
    })
    .join('/')
}

describe.each(majors)('any tree of routers and applications in %s', (name, express) => {
  it('gives a template that the requested path fits', { timeout: 20_000 }, async () => {
    const random = seededRandom(20_240_615)
    const wildcard = name === 'Express 5' ? '*rest' : '*'
    const branches = Array.from({ length: 120 }, (_, index) => randomBranch(random, index, wildcard))
    expect(branches.some(({ applications }) => applications > 1)).toBe(true)
    expect(branches.some(({ templates }) => templates.join('').endsWith(`/${wildcard}`))).toBe(true)
    const site = await startSite(express, {
      request: { flags: { preload: 'never' } },
      routes: (app) => branches.forEach((branch) => build(express, app, branch, random)),
    })

    for (const { path } of branches) expect((await site.visit(path)).status).toBe(200)

    const routes = (await site.events()).map(({ properties }) => String(properties['$route']))
    expect(routes).toEqual(branches.map(({ templates }) => templates.join('').replace(/(?<=.)\/$/, '')))
    expect(routes.map((route, at) => filled(route, branches[at]?.path ?? ''))).toEqual(
      branches.map(({ path }) => path),
    )
  })
})
