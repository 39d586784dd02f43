import { headers } from 'next/headers'
import { NextResponse } from 'next/server'

/** The same application without Hedgerow takes the place of `hedgerow.js`. It looks at the request where that does. */
export async function hedgerow() {
  await headers()
  return { capture() {}, flags: { getFlag() {} } }
}

export const withHedgerow = (handler) => handler

export const proxy = async (request, own) => (await own(request)) ?? NextResponse.next()

export function onRequestError() {}
