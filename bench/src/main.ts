import { parseArgs } from 'node:util'
import { runFlagsBenchmark } from './flags/flags-benchmark.ts'
import { writeResults } from './runner/results-file.ts'

const usage = `pnpm --filter bench bench [options]
  --sizes 1,10,100,1000,10000   numbers of definitions
  --subjects a,b                names of subjects; default: all
  --rounds 5                    measurements of each subject and workload, at most
  --minutes 20                  no round begins that would be over later
  --warm-up-ms 500              CPU time before each measurement
  --measure-ms 500              CPU time of each measurement
  --no-memory                   leaves memory out`

const startedAt = new Date()
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,10,100,1000,10000' },
    subjects: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '20' },
    'warm-up-ms': { type: 'string', default: '500' },
    'measure-ms': { type: 'string', default: '500' },
    memory: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
})

if (values.help) {
  console.log(usage)
} else {
  const { report, results } = await runFlagsBenchmark({
    sizes: list(values.sizes).map((size) => positive('--sizes', size)),
    subjects: list(values.subjects),
    rounds: positive('--rounds', values.rounds),
    deadlineMs: positive('--minutes', values.minutes) * 60_000,
    times: {
      warmUpMs: positive('--warm-up-ms', values['warm-up-ms']),
      measureMs: positive('--measure-ms', values['measure-ms']),
    },
    memory: values.memory,
    progress: (line) => {
      const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000)
      console.error(`${seconds} s: ${line}`)
    },
  })
  console.log(report)
  console.log(`\nWritten to ${writeResults('flags', { startedAt, ...results }, startedAt)}`)
}

function list(text: string): string[] {
  return text.split(',').filter((item) => item !== '')
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`${option} must be a whole number of at least 1, got ${text}`)
}
