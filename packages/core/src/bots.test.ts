import { describe, expect, it } from 'vitest'
import { agentKind } from './bots.ts'

const tokens = [
  ...['amazonbot', 'amazonproductbot', 'app.hypefactors.com', 'applebot', 'archive.org_bot', 'awariobot'],
  ...['backlinksextendedbot', 'baiduspider', 'bingbot', 'bingpreview', 'chrome-lighthouse', 'dataforseobot'],
  ...['deepscan', 'duckduckbot', 'facebookexternal', 'facebookcatalog', 'http://yandex.com/bots', 'hubspot'],
  ...['ia_archiver', 'leikibot', 'linkedinbot', 'meta-externalagent', 'mj12bot', 'msnbot', 'nessus'],
  ...['petalbot', 'pinterestbot', 'prerender', 'rogerbot', 'screaming frog', 'sebot-wa', 'sitebulb'],
  ...['slackbot', 'slurp', 'trendictionbot', 'turnitin', 'twitterbot', 'vercel-screenshot', 'vercelbot'],
  ...['yahoo! slurp', 'yandexbot', 'zoombot', 'bot.htm', 'bot.php', '(bot;', 'bot/', 'crawler'],
  ...['ahrefsbot', 'ahrefssiteaudit', 'semrushbot', 'siteauditbot', 'splitsignalbot', 'gptbot'],
  ...['oai-searchbot', 'chatgpt-user', 'perplexitybot', 'better uptime bot', 'sentryuptimebot'],
  ...['uptimerobot', 'headlesschrome', 'lightpanda', 'cypress', 'google-hoteladsverifier'],
  ...['adsbot-google', 'apis-google', 'duplexweb-google', 'feedfetcher-google', 'google favicon'],
  ...['google web preview', 'google-read-aloud', 'googlebot', 'googleother', 'google-cloudvertexbot'],
  ...['googleweblight', 'mediapartners-google', 'storebot-google', 'google-inspectiontool', 'bytespider'],
]

describe('who is behind a user agent', () => {
  it('is a bot for each of the 78 tokens of posthog-core, anywhere and in any case', () => {
    const agents = tokens.flatMap((token) => [token, `Mozilla/5.0 [${token.toUpperCase()}] 1.0`])

    expect(tokens).toHaveLength(78)
    expect(agents.filter((agent) => agentKind(agent, []) !== 'bot')).toEqual([])
  })

  it.each([
    'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Linux; Android 10; CUBOT_X18_Plus) AppleWebKit/537.36',
    'curl/8.5.0',
  ])('is a person for %s', (agent) => {
    expect(agentKind(agent, [])).toBe('person')
  })

  it.each([undefined, ''])('is a person for %j, which says nothing', (agent) => {
    expect(agentKind(agent, ['', 'x'])).toBe('person')
  })

  it.each(['kube-probe/1.30', 'GoogleHC/1.0', 'ELB-HealthChecker/2.0', 'Consul Health Check', 'HAProxy/2.8'])(
    'is a probe for %s',
    (agent) => {
      expect(agentKind(agent, [])).toBe('probe')
    },
  )

  it('is a bot for tokens of one’s own, also in place of a probe', () => {
    expect(agentKind('AcmeMonitor/2.0', ['acmemonitor'])).toBe('bot')
    expect(agentKind('kube-probe/1.30', ['kube-probe'])).toBe('bot')
    expect(agentKind('Firefox/128.0', ['acmemonitor'])).toBe('person')
  })
})
