import posthog from './posthog-js/module.no-external.js'

const { host } = document.querySelector('script[data-host]').dataset

posthog.init('phc_example', {
  api_host: host,
  defaults: '2026-08-30',
  bootstrap: window.__hedgerow, // visitor, session and flags of the request that this page answers
  capture_pageview: false, // the server counts pages
  autocapture: { dom_event_allowlist: ['click'] },
  capture_performance: false,
  advanced_disable_flags: true, // the page brings its flags along
  internal_or_test_user_hostname: null, // here everybody is on this machine
})

// Whoever comes next is somebody else.
document.querySelector('form[action="/sign-out"]')?.addEventListener('submit', () => posthog.reset())
