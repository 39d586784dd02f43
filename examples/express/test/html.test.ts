import { expect, it } from 'vitest'
import { html } from '../src/html.ts'

it('escapes text, and leaves markup as it is', () => {
  const name = `<b title="x">Tom & 'Jerry'</b>`

  expect(String(html`<i>${name}</i>`)).toBe(
    '<i>&lt;b title=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/b&gt;</i>',
  )
  expect(String(html`<i>${html`<b>${'<'}</b>`}</i>`)).toBe('<i><b>&lt;</b></i>')
})

it('joins lists, and leaves nothing of what is absent', () => {
  expect(String(html`<p>${['<', html`<br />`, 0]}${undefined}${false}</p>`)).toBe('<p>&lt;<br />0</p>')
})
