/** What a bot is for. `own` are those that the application named itself. */
export type BotKind = 'search' | 'ai' | 'preview' | 'seo' | 'uptime' | 'headless' | 'crawler' | 'own'

/** Parts of user agents that PostHog's libraries take for automated (posthog-core 1.67), in lower case. */
export const posthogBotTokens: Readonly<Record<Exclude<BotKind, 'own'>, readonly string[]>> = {
  search: [
    ...['applebot', 'baiduspider', 'bingbot', 'duckduckbot', 'http://yandex.com/bots', 'msnbot', 'petalbot'],
    ...['slurp', 'yahoo! slurp', 'yandexbot', 'google-hoteladsverifier', 'adsbot-google', 'apis-google'],
    ...['duplexweb-google', 'feedfetcher-google', 'google favicon', 'google-read-aloud', 'googlebot'],
    ...['googleother', 'google-cloudvertexbot', 'googleweblight', 'mediapartners-google', 'storebot-google'],
    'google-inspectiontool',
  ],
  ai: ['gptbot', 'oai-searchbot', 'chatgpt-user', 'perplexitybot', 'meta-externalagent', 'bytespider'],
  preview: [
    ...['bingpreview', 'facebookexternal', 'facebookcatalog', 'google web preview', 'linkedinbot'],
    ...['pinterestbot', 'slackbot', 'twitterbot', 'vercel-screenshot'],
  ],
  seo: [
    ...['awariobot', 'backlinksextendedbot', 'chrome-lighthouse', 'dataforseobot', 'mj12bot', 'rogerbot'],
    ...['screaming frog', 'sitebulb', 'zoombot', 'ahrefsbot', 'ahrefssiteaudit', 'semrushbot'],
    ...['siteauditbot', 'splitsignalbot'],
  ],
  uptime: ['better uptime bot', 'sentryuptimebot', 'uptimerobot'],
  headless: ['headlesschrome', 'lightpanda', 'cypress', 'prerender'],
  crawler: [
    ...['amazonbot', 'amazonproductbot', 'app.hypefactors.com', 'archive.org_bot', 'deepscan', 'hubspot'],
    ...['ia_archiver', 'leikibot', 'nessus', 'sebot-wa', 'trendictionbot', 'turnitin', 'vercelbot'],
    ...['bot.htm', 'bot.php', '(bot;', 'bot/', 'crawler'],
  ],
}

/** Automated agents that the list of PostHog's libraries misses, most of which run no script, in lower case. */
export const furtherBotTokens: Readonly<Record<Exclude<BotKind, 'own'>, readonly string[]>> = {
  search: ['yeti/', 'coccoc/', 'coccocbot', 'seznambot'],
  ai: [
    ...['claudebot', 'claude-user', 'claude-searchbot', 'claude-web', 'perplexity-user', 'mistralai-user'],
    ...['ccbot', 'meta-externalfetcher', 'duckassistbot'],
  ],
  preview: [
    ...[
      'whatsapp/',
      'telegrambot',
      'discordbot',
      'slack-imgproxy',
      'skypeuripreview',
      'embedly',
      'iframely/',
    ],
    ...['redditbot', 'snap url preview', 'mastodon/'],
  ],
  seo: ['gtmetrix', 'ptst/'],
  uptime: [
    ...['pingdom', 'statuscake', 'site24x7', 'newrelicpinger', 'newrelicsynthetics', 'datadogsynthetics'],
    ...['datadog/synthetics', 'uptime-kuma/', 'checkly'],
  ],
  headless: ['phantomjs/'],
  // No browser names a web page; crawlers do, so that the owner of a site can ask.
  crawler: ['spider', '://'],
}

/** Health checks of platforms, load balancers and monitoring inside one's own network, in lower case. */
export const probeTokens: readonly string[] = [
  ...['kube-probe/', 'googlehc/', 'elb-healthchecker/', 'consul health check', 'haproxy', 'envoy/hc'],
  ...['azure traffic manager', 'edge health probe', 'amazon-route53-health-check-service'],
  ...['googlestackdrivermonitoring-uptimechecks', 'prometheus/', 'blackbox exporter/'],
]
