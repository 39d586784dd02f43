import * as hedgerow from '@hedgerow/nestjs'
import * as common from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { nestPage } from './nestjs-page.cjs'
import { serveOnePage } from './serve-one-page.cjs'

await serveOnePage(hedgerow.HedgerowClient, nestPage({ ...common, NestFactory }, hedgerow))
