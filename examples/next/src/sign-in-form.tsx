'use client'

import { useActionState } from 'react'
import { signIn } from './actions.ts'

/** Asks for an e-mail address, and says what is wrong with it. */
export function SignInForm() {
  const [problem, action] = useActionState(signIn, undefined)
  return (
    <form className="sign-in" action={action}>
      <label htmlFor="email">E-mail address</label>
      <input id="email" name="email" type="email" maxLength={200} required placeholder="you@example.com" />
      {problem !== undefined && <p className="problem">{problem}</p>}
      <button>Sign in</button>
    </form>
  )
}
