/** The request under way, with the site that a test has described for it: the server and its tests are one process. */
export function currentCall() {
  return globalThis[Symbol.for('test.conformance.calls')].getStore()
}
