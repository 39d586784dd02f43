import { describe, expect, it } from 'vitest'
import { classifyAgent } from './bots.ts'

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

const kindOf = (agent: string | undefined, own: readonly string[] = []) => classifyAgent(agent, own).kind

describe('who is behind a user agent', () => {
  it('is a bot for each of the 78 tokens of posthog-core, anywhere and in any case', () => {
    const agents = tokens.flatMap((token) => [token, `Mozilla/5.0 [${token.toUpperCase()}] 1.0`])

    expect(tokens).toHaveLength(78)
    expect(agents.filter((agent) => kindOf(agent) !== 'bot')).toEqual([])
  })

  it.each([undefined, ''])('is unknown for %j, which says nothing', (agent) => {
    expect(kindOf(agent, ['', 'x'])).toBe('unknown')
  })

  it('says what a bot is for, and which part of the user agent said so', () => {
    expect(classifyAgent('Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)', [])).toEqual({
      kind: 'bot',
      bot: 'ai',
      token: 'gptbot',
    })
    expect(classifyAgent('kube-probe/1.30', [])).toEqual({ kind: 'probe', token: 'kube-probe/' })
  })

  it('is a bot for tokens of one’s own, also in place of a probe', () => {
    expect(classifyAgent('AcmeMonitor/2.0', ['acmemonitor'])).toEqual({
      kind: 'bot',
      bot: 'own',
      token: 'acmemonitor',
    })
    expect(kindOf('kube-probe/1.30', ['kube-probe'])).toBe('bot')
    expect(kindOf('Mozilla/5.0 Firefox/128.0', ['acmemonitor'])).toBe('human')
  })

  it('is nobody’s bot for an empty token of one’s own', () => {
    expect(kindOf('Mozilla/5.0 Firefox/128.0', [''])).toBe('human')
  })
})
