import { Agent, request } from 'node:http'

const documentHeaders = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
}

/**
 * Opens a page many times, a few visitors at once, each without a cookie, so that every request needs flags of its own.
 *
 * @returns how long each request took, in milliseconds, in the order in which they ended. Rejects at the first that
 * does not end with 200.
 */
export async function visit(url: string, requests: number, atOnce = 4): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const durations: number[] = []
  let left = requests
  const visitor = async () => {
    while (left-- > 0) durations.push(await open(url, agent))
  }
  await Promise.all(Array.from({ length: atOnce }, visitor))
  agent.destroy()
  return durations
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function open(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const sent = request(url, { agent, headers: documentHeaders }, (response) => {
      response.resume()
      response.once('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - start)
        else reject(new Error(`the shop answered with status ${response.statusCode}`))
      })
    })
    sent.once('error', reject)
    sent.end()
  })
}
