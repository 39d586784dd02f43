import { parseArgs } from 'node:util'
import { runFlagsBenchmark } from './flags/flags-benchmark.ts'
import { runHttpBenchmark } from './http/http-benchmark.ts'
import { type Framework, frameworks } from './http/http-subjects.ts'
import { writeResults } from './runner/results-file.ts'

const usage = `pnpm --filter bench bench [flags] [http] [options]
both benchmarks, unless one is named; of flags:
  --sizes 1,10,100,1000,10000   numbers of definitions
  --subjects a,b                names of subjects; default: all
  --warm-up-ms 500              CPU time before each measurement
  --measure-ms 500              CPU time of each measurement
  --no-memory                   leaves memory out
of http:
  --frameworks express,fastify  names of frameworks
  --warm-up-laps 30             requests of each of 997 visitors before each measurement
  --laps 8                      requests of each visitor in each measurement
of both:
  --rounds 5                    measurements of each subject and workload, at most; for http 5
  --minutes 20                  no round begins that would be over later; for http 10`

const startedAt = new Date()
const { values, positionals } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,10,100,1000,10000' },
    subjects: { type: 'string', default: '' },
    frameworks: { type: 'string', default: frameworks.join() },
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    'warm-up-ms': { type: 'string', default: '500' },
    'measure-ms': { type: 'string', default: '500' },
    'warm-up-laps': { type: 'string', default: '30' },
    laps: { type: 'string', default: '8' },
    memory: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
  allowPositionals: true,
})

const benchmarks = { flags: benchFlags, http: benchHttp }

if (values.help) {
  console.log(usage)
} else {
  const named = positionals.map((name) => oneOf('a benchmark', name, ['flags', 'http'] as const))
  for (const name of named.length > 0 ? named : (['flags', 'http'] as const)) {
    const { report, results } = await benchmarks[name]()
    console.log(report)
    console.log(`\nWritten to ${writeResults(name, { startedAt, ...results }, startedAt)}\n`)
  }
}

function benchFlags() {
  return runFlagsBenchmark({
    sizes: list(values.sizes).map((size) => positive('--sizes', size)),
    subjects: list(values.subjects),
    ...extent(5, 20),
    times: {
      warmUpMs: positive('--warm-up-ms', values['warm-up-ms']),
      measureMs: positive('--measure-ms', values['measure-ms']),
    },
    memory: values.memory,
  })
}

function benchHttp() {
  return runHttpBenchmark({
    frameworks: list(values.frameworks).map((name): Framework => oneOf('--frameworks', name, frameworks)),
    ...extent(5, 10),
    laps: {
      warmUp: positive('--warm-up-laps', values['warm-up-laps']),
      measured: positive('--laps', values.laps),
    },
  })
}

function extent(rounds: number, minutes: number) {
  return {
    rounds: positive('--rounds', values.rounds ?? String(rounds)),
    deadlineMs: positive('--minutes', values.minutes ?? String(minutes)) * 60_000,
    progress: (line: string) => {
      const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000)
      console.error(`${seconds} s: ${line}`)
    },
  }
}

function list(text: string): string[] {
  return text.split(',').filter((item) => item !== '')
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`${option} must be a whole number of at least 1, got ${text}`)
}

function oneOf<Name extends string>(option: string, name: string, known: readonly Name[]): Name {
  const found = known.find((each) => each === name)
  if (found !== undefined) return found
  throw new Error(`${option} must be of ${known.join(', ')}, got ${name}`)
}
