const hedgerow = require('@hedgerow/nestjs')
const common = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const { nestPage } = require('./nestjs-page.cjs')
const { serveOnePage } = require('./serve-one-page.cjs')

serveOnePage(hedgerow.HedgerowClient, nestPage({ ...common, NestFactory }, hedgerow)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
