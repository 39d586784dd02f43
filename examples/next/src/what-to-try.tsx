/** The foot of every page. */
export function WhatToTry() {
  return (
    <footer>
      <h2>What to try</h2>
      <ul>
        <li>Open the inspector, whose address the terminal shows, and watch this page arrive.</li>
        <li>
          Edit <code>hedgerow.flags.json</code> and reload: hero text and checkout change.
        </li>
        <li>
          Read the guide, whose pages come without asking the server: each is counted all the same, once.
        </li>
        <li>Sign in, put something into the cart: every event names the same visitor.</li>
      </ul>
    </footer>
  )
}
