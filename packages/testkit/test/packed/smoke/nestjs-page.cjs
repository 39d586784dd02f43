/**
 * A server of Nest whose page says what `serve-one-page.cjs` wants to know; in plain JavaScript decorators are functions.
 *
 * @param nest the exports of @nestjs/common and @nestjs/core
 */
exports.nestPage =
  (nest, { HedgerowModule, CurrentScope, Flag }) =>
  async (client) => {
    class Pages {
      page({ distinctId }, hero) {
        return JSON.stringify({ distinctId, hero })
      }
    }
    const route = [Pages.prototype, 'page']
    nest.Controller()(Pages)
    nest.Get()(...route, Object.getOwnPropertyDescriptor(...route))
    nest.Header('Content-Type', 'text/html')(...route, Object.getOwnPropertyDescriptor(...route))
    CurrentScope()(...route, 0)
    Flag('hero')(...route, 1)

    function App() {}
    const root = { module: App, imports: [HedgerowModule.forRoot({ client })], controllers: [Pages] }
    const app = await nest.NestFactory.create(root, { logger: false })
    await app.init()
    return app.getHttpServer()
  }
