const assert = require('node:assert/strict')
const nodeEvents = require('node:events')
const http = require('node:http')
const { gunzipSync } = require('node:zlib')

/**
 * One document request through an application whose packages have just been installed, against a PostHog
 * stand-in of its own. Plain CommonJS, so that every supported Node.js runs it as it is; the entry files
 * differ only in which package they load, and how.
 *
 * @param HedgerowClient as the package exports it
 * @param createServer makes a Node.js server whose page is the JSON of distinct id and flag, for a client
 */
exports.serveOnePage = async function serveOnePage(HedgerowClient, createServer) {
  const events = []
  const posthog = http.createServer((req, res) => {
    void readJson(req).then((body) => {
      if (req.url.startsWith('/batch')) events.push(...body.batch)
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify(req.url.startsWith('/flags') ? flags : { status: 1 }))
    })
  })
  const client = new HedgerowClient('phc_smoke', { host: await listen(posthog), flushInterval: 50 })

  const server = await createServer(client)
  const page = await fetch(`${await listen(server)}/`, {
    headers: {
      accept: 'text/html',
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'user-agent': browser,
    },
  })
  const { distinctId, hero } = await page.json()
  await close(server)
  const result = await client.shutdown(2000)
  await close(posthog)

  assert.equal(typeof distinctId, 'string')
  assert.equal(hero, true)
  const pageviews = events.filter(({ event }) => event === '$pageview')
  assert.equal(pageviews.length, 1)
  assert.equal(pageviews[0].distinct_id, distinctId)
  assert.equal(pageviews[0].properties.$pathname, '/')
  assert.deepEqual(Object.keys(result).sort(), ['dropped', 'pending', 'sent', 'spooled', 'timedOut'])
  assert.deepEqual([result.dropped, result.pending, result.timedOut], [0, 0, false])
  assert.equal(client.stats().sent, events.length)
  console.log(`served one page on Node.js ${process.version}`)
}

const browser =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

const flags = {
  flags: {
    hero: {
      key: 'hero',
      enabled: true,
      variant: null,
      reason: { code: 'condition_match', condition_index: 0, description: 'Matched condition set 1' },
      metadata: { id: 1, version: 1, payload: null },
    },
  },
  errorsWhileComputingFlags: false,
  requestId: '01900000-0000-7000-8000-000000000001',
}

async function readJson(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return JSON.parse(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)
}

async function listen(server) {
  server.listen(0, '127.0.0.1')
  await nodeEvents.once(server, 'listening')
  return `http://127.0.0.1:${server.address().port}`
}

async function close(server) {
  server.close()
  server.closeIdleConnections()
  await nodeEvents.once(server, 'close')
}
