#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { devCommand } from './dev-command.ts'

const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
const { version } = JSON.parse(manifest) as { version: string }

await new Command('hedgerow')
  .description('Tools for developing with Hedgerow and PostHog on this machine.')
  .version(version)
  .addCommand(devCommand())
  .parseAsync()
