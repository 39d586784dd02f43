export type {
  AdapterHarness,
  ConformanceClient,
  ConformanceClientOptions,
  ConformanceRequestOptions,
  ConformanceScope,
  Reply,
  RouteCall,
  RunningSite,
  SiteDescription,
  SitePlan,
  SiteRoute,
  Withheld,
} from './adapter-harness.ts'
export { describeConformance } from './adapter-conformance.ts'
