/** Parts of user agents that PostHog's libraries take for automated (posthog-core 1.67), in lower case. */
const botTokens = [
  // Crawlers and tools
  ...['amazonbot', 'amazonproductbot', 'app.hypefactors.com', 'applebot', 'archive.org_bot', 'awariobot'],
  ...['backlinksextendedbot', 'baiduspider', 'bingbot', 'bingpreview', 'chrome-lighthouse', 'dataforseobot'],
  ...['deepscan', 'duckduckbot', 'facebookexternal', 'facebookcatalog', 'http://yandex.com/bots', 'hubspot'],
  ...[
    'ia_archiver',
    'leikibot',
    'linkedinbot',
    'meta-externalagent',
    'mj12bot',
    'msnbot',
    'nessus',
    'petalbot',
  ],
  ...['pinterestbot', 'prerender', 'rogerbot', 'screaming frog', 'sebot-wa', 'sitebulb', 'slackbot', 'slurp'],
  ...[
    'trendictionbot',
    'turnitin',
    'twitterbot',
    'vercel-screenshot',
    'vercelbot',
    'yahoo! slurp',
    'yandexbot',
    'zoombot',
  ],
  // Words that only bots use
  ...['bot.htm', 'bot.php', '(bot;', 'bot/', 'crawler'],
  // Search and audit services
  ...['ahrefsbot', 'ahrefssiteaudit', 'semrushbot', 'siteauditbot', 'splitsignalbot'],
  // AI
  ...['gptbot', 'oai-searchbot', 'chatgpt-user', 'perplexitybot'],
  // Uptime
  ...['better uptime bot', 'sentryuptimebot', 'uptimerobot'],
  // Headless
  ...['headlesschrome', 'lightpanda', 'cypress'],
  // Google and similar
  ...['google-hoteladsverifier', 'adsbot-google', 'apis-google', 'duplexweb-google', 'feedfetcher-google'],
  ...['google favicon', 'google web preview', 'google-read-aloud', 'googlebot', 'googleother'],
  ...['google-cloudvertexbot', 'googleweblight', 'mediapartners-google', 'storebot-google'],
  ...['google-inspectiontool', 'bytespider'],
]

/** Health checks of platforms and load balancers, by their user agents. */
const probeTokens = [
  'kube-probe/',
  'googlehc/',
  'elb-healthchecker/',
  'consul health check',
  'haproxy',
  'azure traffic manager',
]

/**
 * Who is behind a user agent. An empty one says nothing, and counts as a person's.
 *
 * @param ownTokens further parts of user agents that are bots here, in lower case.
 */
export function agentKind(
  userAgent: string | undefined,
  ownTokens: readonly string[],
): 'person' | 'bot' | 'probe' {
  if (!userAgent) return 'person'
  const agent = userAgent.toLowerCase()
  if (botTokens.some((token) => agent.includes(token))) return 'bot'
  if (ownTokens.some((token) => agent.includes(token))) return 'bot'
  return probeTokens.some((token) => agent.includes(token)) ? 'probe' : 'person'
}
