import { Agent, request } from 'node:http'

const documentHeaders = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'user-agent': 'Mozilla/5.0 Chrome/140.0.0.0',
}

/** Page requests at a steady rate. */
export interface SteadyLoad {
  /**
   * Sends no more; a request that the closing server refuses is no failure from now on.
   *
   * @returns how many were answered with 200. Rejects when any request before that failed.
   */
  stop(): Promise<number>
}

/** Begins to open a page so many times a second, whether or not earlier requests were answered. */
export function startLoad(url: string, requestsPerSecond: number): SteadyLoad {
  const agent = new Agent({ keepAlive: true })
  const running = new Set<Promise<void>>()
  const start = performance.now()
  const state = { sent: 0, answered: 0, stopping: false, failure: undefined as Error | undefined }

  const send = () => {
    state.sent += 1
    const done = open(url, agent).then(
      () => void (state.answered += 1),
      (error: Error) => {
        if (!state.stopping) state.failure ??= error
      },
    )
    running.add(done)
    void done.then(() => running.delete(done))
  }
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / 1000) * requestsPerSecond
    while (state.sent < due) send()
  }, 5)

  return {
    async stop() {
      state.stopping = true
      clearInterval(timer)
      await Promise.all(running)
      agent.destroy()
      if (state.failure) throw state.failure
      return state.answered
    },
  }
}

function open(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: documentHeaders }, (response) => {
      response.resume()
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`the service answered with status ${response.statusCode}`))
      })
    })
    sent.once('error', reject)
    sent.end()
  })
}
