import { type ClientOptions, HedgerowModule } from '@hedgerow/nestjs'
import { HedgerowHealthIndicator } from '@hedgerow/nestjs/terminus'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { type DynamicModule, Module } from '@nestjs/common'
import { GraphQLModule } from '@nestjs/graphql'
import { TerminusModule } from '@nestjs/terminus'
import { Bookings } from './bookings.ts'
import { BookingsResolver } from './bookings.resolver.ts'
import { FilmsController } from './films.controller.ts'
import { HealthController } from './health.controller.ts'
import { HomeController } from './home.controller.ts'
import { Members } from './members.ts'
import { MembersModule } from './members.module.ts'
import { PreviewsController } from './previews.controller.ts'
import { Programme } from './programme.ts'
import { SeatMapGateway } from './seat-map.gateway.ts'
import { SessionController } from './session.controller.ts'

/** Where events go and flags come from. */
export interface CinemaOptions extends ClientOptions {
  readonly token: string
}

/** The example cinema. */
@Module({})
export class AppModule {
  static forRoot(options: CinemaOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        MembersModule,
        HedgerowModule.forRootAsync({
          imports: [MembersModule],
          inject: [Members],
          useFactory: (members: Members) => ({
            ...options,
            identity: { resolve: (request) => members.idOf(request) },
            // So that an edit of the flags file shows in the next page; the default saves requests.
            flags: { cacheTtlMs: 500 },
          }),
        }),
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
        TerminusModule,
      ],
      controllers: [HomeController, FilmsController, PreviewsController, SessionController, HealthController],
      providers: [Programme, Bookings, BookingsResolver, SeatMapGateway, HedgerowHealthIndicator],
    }
  }
}
