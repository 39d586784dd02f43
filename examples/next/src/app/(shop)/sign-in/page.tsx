import type { Metadata } from 'next'
import { SignInForm } from '../../../sign-in-form.tsx'

export const metadata: Metadata = { title: 'Sign in' }

/** Signing in, with any e-mail address and no password. */
export default function SignInPage() {
  return (
    <>
      <h1>Sign in</h1>
      <p>Any e-mail address will do; none is checked, and nothing is sent to it.</p>
      <SignInForm />
    </>
  )
}
