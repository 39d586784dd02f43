export { HedgerowHealthIndicator } from './hedgerow.health.ts'
export type { HealthCheckOptions, HealthProblem } from './hedgerow.health.ts'
