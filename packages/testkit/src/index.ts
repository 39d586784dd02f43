export type { Answer } from './answer.ts'
export type { AnswerSource } from './answer-script.ts'
export {
  browserCookie,
  browserSession,
  cookieBack,
  cookieLines,
  cookieMembers,
  cookieName,
  visitorCookie,
} from './browser-cookie.ts'
export { scriptBrowserSdk } from './browser-sdk.ts'
export { findChromium } from './chromium.ts'
export type { Chromium } from './chromium.ts'
export { createFakeRuntime } from './fake-runtime.ts'
export type { FakeFetch, FakeRuntime, FakeRuntimeOverrides, FakeStorage } from './fake-runtime.ts'
export type { ScriptedFlag } from './flags-answer.ts'
export { heldBytes } from './held-bytes.ts'
export { documentHeaders, send, sendText } from './http-client.ts'
export type { HttpAnswer, HttpRequest } from './http-client.ts'
export { createNextApp, nextAppIn } from './next-app.ts'
export type { NextApp, RunningNextApp } from './next-app.ts'
export { portableBundle } from './portable-bundle.ts'
export type { PortableBundleOptions } from './portable-bundle.ts'
export { recordedBrowserCalls, recordedNextRequests } from './recorded-calls.ts'
export type { RecordedCall, RecordedNextRequest } from './recorded-calls.ts'
export type { ReceivedRequest } from './received-request.ts'
export { startScriptedServer } from './scripted-server.ts'
export type { ScriptedServer } from './scripted-server.ts'
export { seededRandom } from './seeded-random.ts'
export { typeErrorsOf } from './type-errors.ts'
export { v1Error, v1Results } from './v1-answer.ts'
export type { V1AnswerOptions, V1ErrorStatus, V1Result, V1Results } from './v1-answer.ts'
export type { V1WireEvent } from './v1-wire-event.ts'
export type { WireEvent } from './wire-event.ts'
export { createWebContext } from './web-context.ts'
export type { WebContext } from './web-context.ts'
