'use client'

import { useState } from 'react'

export function Counter({ start }) {
  const [text, setText] = useState(start)
  return (
    <button type="button" onClick={() => setText(`${text}!`)}>
      {text}
    </button>
  )
}
