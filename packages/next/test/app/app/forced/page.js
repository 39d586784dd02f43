import { HedgerowBootstrap } from '../../hedgerow.js'

export const dynamic = 'force-static'

export default function Forced() {
  return (
    <main>
      <HedgerowBootstrap />
      <p>made once</p>
    </main>
  )
}
